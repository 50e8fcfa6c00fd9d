// The memory of a simulated device, and what stands between it and a kernel: latency, jitter, stalls, errors, and a check of the bus protocol.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <string>
#include <sys/mman.h>

#include "hr_sim.h"

namespace hr {

struct Random {
    uint64_t state;
    explicit Random(uint64_t seed) : state(seed * 0x9E3779B97F4A7C15ull + 0x2545F4914F6CDD1Dull) {}
    uint32_t next() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return static_cast<uint32_t>(state >> 16);
    }
    bool chance(uint32_t of65536) { return of65536 != 0 && (next() & 0xffff) < of65536; }
};

// Pages come from the system when they are touched. Addresses begin far above 4 GB and just below a multiple of it, so that a kernel that
// loses upper bits or a carry is found out.
class Memory {
public:
    static constexpr uint64_t Base = 0x1234'ffff'0000ull;
    static constexpr uint64_t Page = 4096;

    explicit Memory(uint64_t bytes) : size_(bytes) {
        void *p = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        data_ = p == MAP_FAILED ? nullptr : static_cast<uint8_t *>(p);
    }
    ~Memory() {
        if (data_) munmap(data_, size_);
    }
    Memory(const Memory &) = delete;
    Memory &operator=(const Memory &) = delete;

    bool ok() const { return data_ != nullptr; }

    // First gap that fits; a page is left free behind each buffer, so that reads past an end are noticed.
    bool allocate(uint64_t bytes, uint64_t *address) {
        uint64_t need = (bytes + Page - 1) / Page * Page + Page, at = 0;
        for (const auto &b : buffers_) {
            if (b.first - Base - at >= need) break;
            at = b.first - Base + (b.second + Page - 1) / Page * Page + Page;
        }
        if (at + need > size_) return false;
        buffers_[Base + at] = bytes;
        *address = Base + at;
        return true;
    }
    bool release(uint64_t address) {
        last_first_ = last_end_ = 0;
        return buffers_.erase(address) == 1;
    }
    // The bytes, or null if they do not lie in one buffer.
    uint8_t *at(uint64_t address, uint64_t bytes) {
        if (address < last_first_ || address + bytes > last_end_) {
            auto it = buffers_.upper_bound(address);
            if (it == buffers_.begin()) return nullptr;
            --it;
            if (address + bytes > it->first + it->second || address + bytes < address) return nullptr;
            last_first_ = it->first;
            last_end_ = it->first + it->second;
        }
        return data_ + (address - Base);
    }

private:
    uint64_t size_;
    uint8_t *data_;
    std::map<uint64_t, uint64_t> buffers_;
    uint64_t last_first_ = 0, last_end_ = 0;
};

// What all ports of a device share.
struct Bus {
    Memory memory;
    hr_sim_memory options;
    Random random;
    uint64_t now = 0;
    uint64_t reads = 0, writes = 0;
    std::string fault;

    explicit Bus(const hr_sim_memory &o) : memory(o.memory_bytes), options(o), random(o.seed) {}
    void fail(const char *port, const std::string &what) {
        if (fault.empty()) fault = "cycle " + std::to_string(now) + ", port " + port + ": " + what;
    }
};

// Bits of a port of a Verilated model, whichever word it is kept in: they lie in memory in little-endian order.
struct Pins {
    uint8_t *at = nullptr;
    uint32_t first = 0, width = 1;
    Pins() = default;
    template <class T>
    Pins(T &port, uint32_t unit, uint32_t bits) : at(reinterpret_cast<uint8_t *>(&port)), first(unit * bits), width(bits) {}
    uint64_t get() const {
        if (width % 8 == 0) {
            uint64_t v = 0;
            std::memcpy(&v, at + first / 8, width / 8);
            return v;
        }
        uint64_t v = 0;
        for (uint32_t i = 0; i < width; i++) v |= static_cast<uint64_t>(at[(first + i) / 8] >> ((first + i) % 8) & 1) << i;
        return v;
    }
    void set(uint64_t v) const {
        for (uint32_t i = 0; i < width; i++) {
            uint8_t &b = at[(first + i) / 8];
            b = static_cast<uint8_t>((b & ~(1u << ((first + i) % 8))) | ((v >> i & 1) << ((first + i) % 8)));
        }
    }
    bool bit() const { return at[first / 8] >> (first % 8) & 1; }
    void bit(bool v) const {
        uint8_t &b = at[first / 8];
        b = static_cast<uint8_t>((b & ~(1u << (first % 8))) | (static_cast<unsigned>(v) << (first % 8)));
    }
    uint8_t *bytes() const { return at + first / 8; }
};

struct Burst {
    uint64_t address, ready;
    uint32_t beats, done;
    bool bad;
};

inline bool check_burst(Bus &bus, const char *port, uint64_t address, uint32_t beats, uint32_t bytes) {
    if (address % bytes != 0) bus.fail(port, "an address is not a multiple of the width of the bus");
    if ((address ^ (address + static_cast<uint64_t>(beats) * bytes - 1)) >> 12 != 0) bus.fail(port, "a burst crosses a border of 4 KiB");
    return bus.memory.at(address, static_cast<uint64_t>(beats) * bytes) != nullptr;
}

struct ReadPins {
    const char *name;
    uint32_t unit, bytes;
    Pins araddr, arlen, arvalid, arready, rdata, rresp, rlast, rvalid, rready;
};

class ReadPort : public ReadPins {
public:
    explicit ReadPort(const ReadPins &pins) : ReadPins(pins) {}

    // Before the clock edge: what passes in this cycle.
    void sample(Bus &bus) {
        if (arvalid.bit()) {
            if (held_ && (araddr.get() != held_address_ || arlen.get() != held_len_)) bus.fail(name, "a read address changed while it waited");
            held_ = !arready.bit();
            held_address_ = araddr.get();
            held_len_ = arlen.get();
            if (arready.bit()) {
                uint32_t beats = static_cast<uint32_t>(arlen.get()) + 1;
                bool there = check_burst(bus, name, held_address_, beats, bytes);
                bool wrong = ++bus.reads == bus.options.error_read;
                uint64_t delay = bus.options.latency + (bus.options.jitter ? bus.random.next() % (bus.options.jitter + 1) : 0);
                queue_.push_back({held_address_, bus.now + delay, beats, 0, !there || wrong});
            }
        } else if (held_) {
            bus.fail(name, "a read address was taken back");
            held_ = false;
        }
        if (rvalid.bit() && rready.bit()) {
            presented_ = false;
            if (++queue_.front().done == queue_.front().beats) queue_.pop_front();
        }
    }
    // After it: what the memory shows next.
    void drive(Bus &bus) {
        arready.bit(queue_.size() < 1024 && !bus.random.chance(bus.options.stall_accept));
        if (!presented_ && !queue_.empty() && queue_.front().ready <= bus.now && !bus.random.chance(bus.options.stall_read)) {
            const Burst &b = queue_.front();
            const uint8_t *from = b.bad ? nullptr : bus.memory.at(b.address + static_cast<uint64_t>(b.done) * bytes, bytes);
            if (from) std::memcpy(rdata.bytes(), from, bytes);
            else std::memset(rdata.bytes(), 0xA5, bytes);
            rresp.set(from ? 0 : 3);
            rlast.bit(b.done + 1 == b.beats);
            presented_ = true;
        }
        rvalid.bit(presented_);
    }
    bool quiet() const { return queue_.empty() && !held_; }

private:
    std::deque<Burst> queue_;
    bool presented_ = false, held_ = false;
    uint64_t held_address_ = 0, held_len_ = 0;
};

struct WritePins {
    const char *name;
    uint32_t unit, bytes;
    Pins awaddr, awlen, awvalid, awready, wdata, wlast, wvalid, wready, bresp, bvalid, bready;
};

class WritePort : public WritePins {
public:
    explicit WritePort(const WritePins &pins) : WritePins(pins) {}

    void sample(Bus &bus) {
        if (awvalid.bit()) {
            if (held_ && awaddr.get() != held_address_) bus.fail(name, "a write address changed while it waited");
            held_ = !awready.bit();
            held_address_ = awaddr.get();
            if (awready.bit()) {
                uint32_t beats = static_cast<uint32_t>(awlen.get()) + 1;
                bool there = check_burst(bus, name, held_address_, beats, bytes);
                bool wrong = ++bus.writes == bus.options.error_write;
                open_.push_back({held_address_, 0, beats, 0, !there || wrong});
            }
        } else if (held_) {
            bus.fail(name, "a write address was taken back");
            held_ = false;
        }
        if (wvalid.bit()) {
            if (word_held_ && std::memcmp(word_, wdata.bytes(), bytes) != 0) bus.fail(name, "a word changed while it waited");
            word_held_ = !wready.bit();
            std::memcpy(word_, wdata.bytes(), bytes);
            if (wready.bit()) word(bus);
        } else if (word_held_) {
            bus.fail(name, "a word was taken back");
            word_held_ = false;
        }
        if (bvalid.bit() && bready.bit()) {
            answered_ = false;
            answers_.pop_front();
        }
    }
    void drive(Bus &bus) {
        awready.bit(open_.size() < 64 && !bus.random.chance(bus.options.stall_write));
        wready.bit(!bus.random.chance(bus.options.stall_write));
        if (!answered_ && !answers_.empty() && answers_.front().ready <= bus.now) {
            bresp.set(answers_.front().bad ? 2 : 0);
            answered_ = true;
        }
        bvalid.bit(answered_);
    }
    bool quiet() const { return open_.empty() && answers_.empty() && !held_ && !word_held_; }

private:
    void word(Bus &bus) {
        if (open_.empty()) {
            bus.fail(name, "a word came before its address");
            return;
        }
        Burst &b = open_.front();
        if (uint8_t *to = b.bad ? nullptr : bus.memory.at(b.address + static_cast<uint64_t>(b.done) * bytes, bytes)) std::memcpy(to, word_, bytes);
        b.done++;
        if (wlast.bit() != (b.done == b.beats)) bus.fail(name, "the last word of a burst is not marked, or another is");
        if (b.done == b.beats) {
            answers_.push_back({0, bus.now + bus.options.latency / 2, 0, 0, b.bad});
            open_.pop_front();
        }
    }
    std::deque<Burst> open_, answers_;
    bool answered_ = false, held_ = false, word_held_ = false;
    uint64_t held_address_ = 0;
    uint8_t word_[128] = {};
};

}  // namespace hr
