// The functions of XRT's C interface that the driver calls, over the simulated kernels: what drives this drives a board. Every buffer has a copy on the host and one on the device, as on a board, so that a
// forgotten synchronization is a wrong result. The "binary" is a text file: "hr-sim-xclbin KERNEL=SIMULATION KERNEL=SIMULATION" and perhaps options of the memory.
#include <algorithm>
#include <fstream>
#include <string>
#include <unordered_map>
#include <vector>

#include <cstdint>

#include "hr_sim.h"

#define XRT extern "C" HR_API

namespace {

struct Device {
    std::unordered_map<std::string, std::string> kernels;
    hr_sim_memory memory{};
    uint64_t patience = 50'000'000;
    hr_sim *open = nullptr;
    std::string open_name;
    ~Device() {
        if (open) hr_sim_close(open);
    }
};
struct Kernel {
    Device *device;
    uint32_t unit;
};
struct Run {
    Kernel *kernel;
    std::vector<uint64_t> arguments;
};
struct Buffer {
    Device *device;
    std::vector<uint8_t> host;
    uint64_t address;
};

int poke(const Kernel *k, uint32_t offset, uint32_t value) { return hr_sim_poke(k->device->open, k->unit * 0x100 + offset, value); }

bool number(const std::string &word, const char *name, uint64_t *value) {
    const std::string start = std::string(name) + ":";
    if (word.compare(0, start.size(), start) != 0) return false;
    *value = std::stoull(word.substr(start.size()));
    return true;
}

}  // namespace

XRT void *xrtDeviceOpen(unsigned index) {
    if (index != 0) return nullptr;
    auto *d = new Device;
    d->memory.memory_bytes = 4ull << 30;
    d->memory.seed = 7;
    d->memory.latency = 64;
    return d;
}
XRT int xrtDeviceClose(void *device) {
    delete static_cast<Device *>(device);
    return 0;
}
XRT int xrtDeviceLoadXclbinFile(void *device, const char *path) {
    auto *d = static_cast<Device *>(device);
    std::ifstream file(path);
    std::string word;
    if (!(file >> word) || word != "hr-sim-xclbin") return -22;
    while (file >> word) {
        uint64_t value;
        size_t equals = word.find('=');
        if (equals != std::string::npos) d->kernels[word.substr(0, equals)] = word.substr(equals + 1);
        else if (number(word, "latency", &value)) d->memory.latency = static_cast<uint32_t>(value);
        else if (number(word, "lose", &value)) d->memory.lose_after = value;
        else if (number(word, "patience", &value)) d->patience = value;
        else return -22;
    }
    return 0;
}
XRT int xrtDeviceGetXclbinUUID(void *device, uint8_t *uuid) {
    for (int i = 0; i < 16; i++) uuid[i] = static_cast<uint8_t>(reinterpret_cast<uintptr_t>(device) >> (8 * (i % 8)));
    return 0;
}
XRT void *xrtPLKernelOpenExclusive(void *device, const uint8_t *, const char *name) {
    auto *d = static_cast<Device *>(device);
    const std::string text(name);
    const size_t colon = text.find(":{"), underscore = text.rfind('_'), end = text.rfind('}');
    if (colon == std::string::npos || end == std::string::npos) return nullptr;
    auto it = d->kernels.find(text.substr(0, colon));
    if (it == d->kernels.end()) return nullptr;
    if (d->open && d->open_name != it->second) return nullptr;
    if (!d->open && hr_sim_open(it->second.c_str(), &d->memory, &d->open) != HR_OK) return nullptr;
    d->open_name = it->second;
    const uint32_t unit = static_cast<uint32_t>(std::stoul(text.substr(underscore + 1, end - underscore - 1))) - 1;
    if (unit >= static_cast<uint32_t>(hr_sim_units(d->open))) return nullptr;
    auto *k = new Kernel{d, unit};
    if (poke(k, 4, 1) != HR_OK || poke(k, 8, 1) != HR_OK) {
        delete k;
        return nullptr;
    }
    return k;
}
XRT int xrtKernelClose(void *kernel) {
    delete static_cast<Kernel *>(kernel);
    return 0;
}
XRT int xrtKernelArgGroupId(void *kernel, int argument) {
    // Units have banks of their own, as on stacked memory.
    return argument < 2 ? -22 : static_cast<int>(static_cast<Kernel *>(kernel)->unit);
}
XRT int xrtKernelReadRegister(void *kernel, uint32_t offset, uint32_t *value) {
    auto *k = static_cast<Kernel *>(kernel);
    return hr_sim_peek(k->device->open, k->unit * 0x100 + offset, value) == HR_OK ? 0 : -19;
}
XRT void *xrtBOAlloc(void *device, size_t bytes, uint64_t, uint32_t) {
    auto *d = static_cast<Device *>(device);
    auto *b = new Buffer{d, std::vector<uint8_t>(bytes, 0xCD), 0};
    if (!d->open || hr_sim_alloc(d->open, bytes, &b->address) != HR_OK) {
        delete b;
        return nullptr;
    }
    return b;
}
XRT int xrtBOFree(void *buffer) {
    auto *b = static_cast<Buffer *>(buffer);
    const int code = hr_sim_free(b->device->open, b->address);
    delete b;
    return code;
}
XRT int xrtBOWrite(void *buffer, const void *data, size_t bytes, size_t seek) {
    auto *b = static_cast<Buffer *>(buffer);
    if (seek + bytes > b->host.size()) return -22;
    std::copy_n(static_cast<const uint8_t *>(data), bytes, b->host.begin() + static_cast<ptrdiff_t>(seek));
    return 0;
}
XRT int xrtBORead(void *buffer, void *data, size_t bytes, size_t skip) {
    auto *b = static_cast<Buffer *>(buffer);
    if (skip + bytes > b->host.size()) return -22;
    std::copy_n(b->host.begin() + static_cast<ptrdiff_t>(skip), bytes, static_cast<uint8_t *>(data));
    return 0;
}
XRT int xrtBOSync(void *buffer, int direction, size_t bytes, size_t offset) {
    auto *b = static_cast<Buffer *>(buffer);
    if (offset + bytes > b->host.size()) return -22;
    const int code = direction == 0 ? hr_sim_write(b->device->open, b->address + offset, b->host.data() + offset, bytes)
                                    : hr_sim_read(b->device->open, b->address + offset, b->host.data() + offset, bytes);
    return code == HR_OK ? 0 : -19;
}
XRT uint64_t xrtBOAddress(void *buffer) { return static_cast<Buffer *>(buffer)->address; }
XRT void *xrtRunOpen(void *kernel) { return new Run{static_cast<Kernel *>(kernel), std::vector<uint64_t>(8)}; }
XRT int xrtRunClose(void *run) {
    delete static_cast<Run *>(run);
    return 0;
}
XRT int xrtRunSetArgV(void *run, int index, const void *value, size_t bytes) {
    auto *r = static_cast<Run *>(run);
    if (index < 0 || static_cast<size_t>(index) >= r->arguments.size() || bytes != sizeof(uint64_t)) return -22;
    r->arguments[static_cast<size_t>(index)] = *static_cast<const uint64_t *>(value);
    return 0;
}
XRT int xrtRunStart(void *run) {
    auto *r = static_cast<Run *>(run);
    for (uint32_t i = 0; i < r->arguments.size(); i++)
        if (poke(r->kernel, 0x10 + 8 * i, static_cast<uint32_t>(r->arguments[i])) != HR_OK || poke(r->kernel, 0x14 + 8 * i, static_cast<uint32_t>(r->arguments[i] >> 32)) != HR_OK) return -19;
    return poke(r->kernel, 12, 3) == HR_OK && poke(r->kernel, 0, 1) == HR_OK ? 0 : -19;
}
XRT int xrtRunWaitFor(void *run, unsigned) {
    // Simulated time is not the host's: cycles decide when it hangs.
    auto *r = static_cast<Run *>(run);
    switch (hr_sim_wait(r->kernel->device->open, 1u << r->kernel->unit, r->kernel->device->patience)) {
        case HR_OK: return 4;        // ERT_CMD_STATE_COMPLETED
        case HR_WATCHDOG: return 8;  // ERT_CMD_STATE_TIMEOUT
        default: return 5;           // ERT_CMD_STATE_ERROR
    }
}
