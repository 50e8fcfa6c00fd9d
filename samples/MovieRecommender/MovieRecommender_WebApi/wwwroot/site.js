const byId = id => document.getElementById(id);
const [title, films, liked, recommended, status, again, more, genre, model] = ['title', 'films', 'liked', 'recommended', 'status', 'again', 'more', 'genre', 'model'].map(byId);

// What has been picked and put aside is in the address, so that a list can be shared and survives a reload.
const picks = new Map();
const aside = new Set();
const address = new URLSearchParams(location.search);
const page = 10, most = 100;
let newestFilms = 0, newestList = 0, wanted = page;

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

function say(text, kind = '') {
  status.textContent = text;
  status.className = `status ${kind}`;
}

// The one thing that can be done about what the status says.
function offer(text, does) {
  again.hidden = !text;
  again.firstElementChild.textContent = text ?? '';
  again.firstElementChild.onclick = does ?? null;
}

function fail(error) {
  recommended.replaceChildren();
  more.hidden = true;
  say(error instanceof TypeError ? 'The server cannot be reached.' : error.message, 'failed');
  offer('Try again', refresh);
}

// Lists are drawn anew, and what had the focus is gone. Who came by the keyboard (a click without a pointer has no detail) goes on from there; a pointer needs no focus, and on a phone it would open the keyboard.
async function keepFocus(event, does, next) {
  await does();
  if (event.detail === 0)
    (next() ?? title).focus();
}

async function showFilms() {
  const mine = ++newestFilms;
  films.classList.toggle('asked', title.value !== '');
  const found = await call(`api/films?count=14&title=${encodeURIComponent(title.value)}`);
  if (mine !== newestFilms)
    return; // the person has typed on
  films.replaceChildren(...found.filter(film => !picks.has(film.item)).slice(0, 10).map(film => {
    const row = element('li');
    const pick = button(film.title, event => keepFocus(event, () => toggle(film.item, film.title), () => title), `Pick ${film.title}`);
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
  wanted = page;
  return refresh();
}

function showPicks() {
  document.body.classList.toggle('picked', picks.size > 0);
  liked.replaceChildren(...[...picks].map(([id, name]) => {
    const chip = element('li');
    chip.append(button(`${name} ×`, event => keepFocus(event, () => toggle(id), () => liked.querySelector('button')), `Remove ${name}`));
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

const short = name => name.replace(/ \(\d{4}\)$/, ''); // the year tells films apart in a list; in a sentence it is in the way
const parts = { People: 'viewers', Text: 'plot', Both: 'viewers and plot' };

function listed(names) {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

// What was picked that speaks for a film, and by what: who liked both, or what the plots have in common.
function because(reasons) {
  if (reasons.length === 0)
    return '';
  const same = reasons.every(reason => reason.kind === reasons[0].kind);
  const by = reason => parts[reason.kind] ? ` (${parts[reason.kind]})` : '';
  return `Because you liked ${listed(reasons.map(reason => short(reason.title) + (same ? '' : by(reason))))}${same ? by(reasons[0]) : ''}`;
}

// Every pick is named: those that explain nothing by the status.
function silent(items) {
  const named = new Set(items.flatMap(film => film.reasons.map(reason => reason.item)));
  const names = [...picks].filter(([id]) => !named.has(id)).map(([, name]) => short(name));
  return names.length === 0 || names.length === picks.size ? '' : ` None goes by ${listed(names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} others`] : names)}.`;
}

async function showRecommended() {
  const mine = ++newestList;
  if (picks.size === 0) {
    recommended.replaceChildren();
    more.hidden = true;
    say('Pick a film to begin.', 'empty');
    offer();
    return;
  }

  const answer = await call('api/recommendations', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ history: [...picks.keys()], count: wanted, deny: [...aside], genres: genre.value ? [genre.value] : [], reasons: 2 }),
  });
  if (mine !== newestList)
    return; // the person has picked on
  recommended.replaceChildren(...answer.items.map((film, rank) => {
    const row = element('li');
    row.append(
      element('h3', film.title),
      button('Not for me', event => keepFocus(event, () => { aside.add(film.item); return refresh(); }, () => recommended.querySelectorAll('button')[rank]), `Not for me: ${film.title}`),
      element('p', film.categories.join(', '), 'genres'),
      element('p', because(film.reasons), 'why'));
    return row;
  }));
  if (answer.items.length === 0)
    say('Nothing is left under these filters.', 'empty');
  else if (answer.source === 'Popularity')
    say(answer.note ?? 'Nothing is known about these films yet; these are the popular ones.');
  else
    say((answer.items.length === 1 ? 'One film.' : `${answer.items.length} films, the best first.`) + silent(answer.items));
  more.hidden = answer.items.length < wanted || wanted >= most;
  offer(aside.size > 0 ? `Bring back ${aside.size === 1 ? 'the film' : `the ${aside.size} films`} you put aside` : null, () => { aside.clear(); return refresh(); });
}

async function refresh() {
  showPicks();
  try {
    await Promise.all([showFilms(), showRecommended()]);
  } catch (error) {
    fail(error);
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
    const given = (address.get('liked') ?? '').split(',').filter(Boolean).slice(0, 100);
    const known = await Promise.all(given.map(id => call(`api/films/${encodeURIComponent(id)}`).catch(() => null)));
    for (const film of known.filter(Boolean))
      picks.set(film.item, film.title);
  } catch (error) {
    say(error instanceof TypeError ? 'The server cannot be reached.' : error.message, 'failed');
    setTimeout(start, 3000); // a model is being trained: look again
    return;
  }
  await refresh();
}

let typing;
title.addEventListener('input', () => { clearTimeout(typing); typing = setTimeout(() => showFilms().catch(fail), 150); });
genre.addEventListener('change', () => { wanted = page; return refresh(); });
// The next one is where the last one ended: who came by the keyboard goes on from there.
more.firstElementChild.addEventListener('click', event => {
  const shown = recommended.children.length;
  wanted = Math.min(most, wanted + page);
  return keepFocus(event, refresh, () => recommended.children[shown]?.querySelector('button'));
});
start();
