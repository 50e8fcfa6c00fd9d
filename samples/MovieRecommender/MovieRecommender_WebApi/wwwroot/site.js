const byId = id => document.getElementById(id);
const [title, films, liked, recommended, status, genre, model] = ['title', 'films', 'liked', 'recommended', 'status', 'genre', 'model'].map(byId);

// What has been picked and put aside is in the address, so that a list can be shared and survives a reload.
const picks = new Map();
const aside = new Set();
const address = new URLSearchParams(location.search);
let newest = 0;

async function call(path, options) {
  const answer = await fetch(path, options);
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok)
    throw new Error(body.detail ?? body.title ?? `The server answered ${answer.status}.`);
  return body;
}

function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text ?? '';
  if (className)
    made.className = className;
  return made;
}

function button(text, does, label) {
  const made = element('button', text);
  made.type = 'button';
  if (label)
    made.setAttribute('aria-label', label);
  made.addEventListener('click', does);
  return made;
}

function say(text, failed = false) {
  status.textContent = text;
  status.hidden = text === '';
  status.classList.toggle('failed', failed);
}

async function showFilms() {
  const mine = ++newest;
  const found = await call(`api/films?count=14&title=${encodeURIComponent(title.value)}`);
  if (mine !== newest)
    return; // the person has typed on
  films.replaceChildren(...found.filter(film => !picks.has(film.item)).slice(0, 10).map(film => {
    const row = element('li');
    const pick = button(film.title, () => toggle(film.item, film.title), `Pick ${film.title}`);
    pick.append(element('span', film.categories.join(', '), 'genres'));
    row.append(pick);
    return row;
  }));
  if (found.length === 0)
    films.append(element('li', 'No film has these words in its title.', 'status'));
}

function toggle(id, name) {
  if (!picks.delete(id))
    picks.set(id, name);
  title.value = '';
  refresh();
}

function showPicks() {
  liked.replaceChildren(...[...picks].map(([id, name]) => {
    const chip = element('li');
    chip.append(button(`${name} ×`, () => toggle(id), `Remove ${name}`));
    return chip;
  }));
  const query = new URLSearchParams();
  if (picks.size > 0)
    query.set('liked', [...picks.keys()].join(','));
  if (aside.size > 0)
    query.set('not', [...aside].join(','));
  if (genre.value)
    query.set('genre', genre.value);
  history.replaceState(null, '', query.size > 0 ? `?${query}` : location.pathname);
}

function because(reasons) {
  const names = reasons.map(reason => reason.title);
  return names.length === 0 ? '' : `Because you liked ${names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`}`;
}

async function showRecommended() {
  if (picks.size === 0) {
    recommended.replaceChildren();
    say('Pick a film on the left to begin.');
    return;
  }

  const answer = await call('api/recommendations', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ history: [...picks.keys()], count: 10, deny: [...aside], genres: genre.value ? [genre.value] : [], reasons: 2 }),
  });
  recommended.replaceChildren(...answer.items.map(film => {
    const row = element('li');
    row.append(
      element('h3', film.title),
      button('Not for me', () => { aside.add(film.item); refresh(); }, `Not for me: ${film.title}`),
      element('p', film.categories.join(', '), 'genres'),
      element('p', because(film.reasons), 'why'));
    return row;
  }));
  say(answer.items.length === 0 ? 'Nothing is left under these filters.' : answer.source === 'Popularity' ? 'Nothing is known about these films yet; these are the popular ones.' : '');
}

async function refresh() {
  showPicks();
  try {
    await Promise.all([showFilms(), showRecommended()]);
  } catch (error) {
    say(error.message, true);
  }
}

async function start() {
  try {
    const served = await call('api/model');
    genre.append(...served.genres.map(name => new Option(name, name)));
    genre.value = served.genres.includes(address.get('genre')) ? address.get('genre') : '';
    model.textContent = `${served.films.toLocaleString('en')} films, ${served.users.toLocaleString('en')} viewers, model ${served.version}.`;
    for (const id of (address.get('not') ?? '').split(',').filter(Boolean))
      aside.add(id);
    const wanted = (address.get('liked') ?? '').split(',').filter(Boolean).slice(0, 100);
    const known = await Promise.all(wanted.map(id => call(`api/films/${encodeURIComponent(id)}`).catch(() => null)));
    for (const film of known.filter(Boolean))
      picks.set(film.item, film.title);
  } catch (error) {
    say(error.message, true);
    setTimeout(start, 3000); // a model is being trained: look again
    return;
  }
  await refresh();
}

let typing;
title.addEventListener('input', () => { clearTimeout(typing); typing = setTimeout(() => showFilms().catch(error => say(error.message, true)), 150); });
genre.addEventListener('change', refresh);
start();
