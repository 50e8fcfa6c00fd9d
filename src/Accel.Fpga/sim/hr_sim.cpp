// The C interface over the kernels that the build was given (HR_KERNELS: one KERNEL(name, class) each).
#include "kernels.h"

#include <cstdio>

struct hr_sim {
    std::unique_ptr<hr::Model> model;
    std::string message;

    int said(int code) {
        message = model->message;
        return code;
    }
};

namespace {

std::unique_ptr<hr::Model> make(const std::string &name, const hr_sim_memory &o) {
#define KERNEL(text, ...) \
    if (name == text) return std::unique_ptr<hr::Model>(new __VA_ARGS__(o));
    HR_KERNELS
#undef KERNEL
    return nullptr;
}

}  // namespace

extern "C" {

int32_t hr_sim_abi(void) { return HR_SIM_ABI; }

const char *hr_sim_kernels(void) {
#define KERNEL(text, ...) "," text
    static const char names[] = "" HR_KERNELS;
#undef KERNEL
    return names + 1;
}

const char *hr_sim_build(void) { return HR_BUILD; }

int32_t hr_sim_open(const char *kernel, const hr_sim_memory *memory, hr_sim **device) {
    *device = nullptr;
    std::unique_ptr<hr_sim> sim(new hr_sim);
    sim->model = make(kernel, *memory);
    if (!sim->model) return HR_KERNEL;
    if (!sim->model->bus.memory.ok()) return HR_MEMORY;
    *device = sim.release();
    return HR_OK;
}

void hr_sim_close(hr_sim *device) { delete device; }

int32_t hr_sim_units(hr_sim *device) { return static_cast<int32_t>(device->model->units); }

int32_t hr_sim_alloc(hr_sim *device, uint64_t bytes, uint64_t *address) {
    if (device->model->bus.memory.allocate(bytes, address)) return HR_OK;
    device->message = "the memory of the device has no " + std::to_string(bytes) + " bytes in one piece left of " + std::to_string(device->model->bus.options.memory_bytes);
    return HR_MEMORY;
}

int32_t hr_sim_free(hr_sim *device, uint64_t address) {
    if (device->model->bus.memory.release(address)) return HR_OK;
    device->message = "no buffer begins at this address";
    return HR_ADDRESS;
}

int32_t hr_sim_write(hr_sim *device, uint64_t address, const void *data, uint64_t bytes) {
    if (device->model->lost()) return device->said(HR_LOST);
    uint8_t *to = device->model->bus.memory.at(address, bytes);
    if (!to) {
        device->message = "these bytes do not lie in a buffer";
        return HR_ADDRESS;
    }
    std::memcpy(to, data, bytes);
    return HR_OK;
}

int32_t hr_sim_read(hr_sim *device, uint64_t address, void *data, uint64_t bytes) {
    if (device->model->lost()) return device->said(HR_LOST);
    const uint8_t *from = device->model->bus.memory.at(address, bytes);
    if (!from) {
        device->message = "these bytes do not lie in a buffer";
        return HR_ADDRESS;
    }
    std::memcpy(data, from, bytes);
    return HR_OK;
}

int32_t hr_sim_poke(hr_sim *device, uint32_t offset, uint32_t value) {
    if (device->model->lost()) return device->said(HR_LOST);
    return device->said(device->model->poke(offset, value));
}

int32_t hr_sim_peek(hr_sim *device, uint32_t offset, uint32_t *value) {
    if (device->model->lost()) return device->said(HR_LOST);
    return device->said(device->model->peek(offset, value));
}

int32_t hr_sim_wait(hr_sim *device, uint32_t units, uint64_t cycles) {
    if (device->model->lost()) return device->said(HR_LOST);
    return device->said(device->model->wait(units, cycles));
}

uint64_t hr_sim_cycles(hr_sim *device) { return device->model->bus.now; }

const char *hr_sim_message(hr_sim *device) { return device->message.c_str(); }
}
