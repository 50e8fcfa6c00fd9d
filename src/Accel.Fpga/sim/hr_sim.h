/* The C interface of the simulated kernels. Every function that can fail returns one of HR_*; hr_sim_message says more. A device is to be used by one thread at a time. */
#ifndef HR_SIM_H
#define HR_SIM_H
#include <stdint.h>

#define HR_SIM_ABI 1
#define HR_API __attribute__((visibility("default")))

enum { HR_OK = 0, HR_WATCHDOG = 1, HR_PROTOCOL = 2, HR_ADDRESS = 3, HR_REGISTER = 4, HR_LOST = 5, HR_MEMORY = 6, HR_KERNEL = 7 };

/* The memory that the kernel sees. Chances are out of 65,536, drawn anew each cycle and channel. */
typedef struct {
    uint64_t memory_bytes;
    uint64_t seed;
    uint64_t lose_after;   /* the device is lost after so many cycles; 0: never */
    uint32_t latency;      /* cycles from an accepted read to its first data */
    uint32_t jitter;       /* more cycles, 0 to jitter, drawn for each read */
    uint32_t stall_read;   /* chance that read data wait a cycle */
    uint32_t stall_write;  /* chance that a write address or word is not taken */
    uint32_t stall_accept; /* chance that a read address is not taken */
    uint32_t error_read;   /* read burst of this number, counted from 1 over all ports, is answered with an error; 0: none */
    uint32_t error_write;  /* the same for writes */
    uint32_t reserved;
} hr_sim_memory;

typedef struct hr_sim hr_sim;

#ifdef __cplusplus
extern "C" {
#endif
HR_API int32_t hr_sim_abi(void);
HR_API const char *hr_sim_kernels(void);               /* names, apart by commas */
HR_API const char *hr_sim_build(void);                 /* what it was built from */
HR_API int32_t hr_sim_open(const char *kernel, const hr_sim_memory *memory, hr_sim **device);
HR_API void hr_sim_close(hr_sim *device);
HR_API int32_t hr_sim_units(hr_sim *device);
HR_API int32_t hr_sim_alloc(hr_sim *device, uint64_t bytes, uint64_t *address);
HR_API int32_t hr_sim_free(hr_sim *device, uint64_t address);
HR_API int32_t hr_sim_write(hr_sim *device, uint64_t address, const void *data, uint64_t bytes);
HR_API int32_t hr_sim_read(hr_sim *device, uint64_t address, void *data, uint64_t bytes);
HR_API int32_t hr_sim_poke(hr_sim *device, uint32_t offset, uint32_t value);
HR_API int32_t hr_sim_peek(hr_sim *device, uint32_t offset, uint32_t *value);
HR_API int32_t hr_sim_wait(hr_sim *device, uint32_t units, uint64_t cycles); /* until all units of the mask interrupt; HR_WATCHDOG after so many cycles */
HR_API uint64_t hr_sim_cycles(hr_sim *device);
HR_API const char *hr_sim_message(hr_sim *device);
#ifdef __cplusplus
}
#endif
#endif
