// A Verilated kernel with its memory: clock, register accesses over AXI4-Lite, and waiting for interrupts.
#pragma once
#include <memory>
#include <vector>

#include "memory.h"

namespace hr {

// A register access that is not answered in so many cycles never will be.
constexpr uint64_t RegisterPatience = 4096;

class Model {
public:
    Bus bus;
    const uint32_t units;
    std::string message;

    Model(const hr_sim_memory &o, uint32_t count) : bus(o), units(count) {}
    virtual ~Model() = default;

    int poke(uint32_t offset, uint32_t value) {
        write_address(offset, value, true);
        uint64_t end = bus.now + RegisterPatience;
        bool taken = false;
        while (bus.now < end) {
            settle();
            bool passes = awready(), answered = bvalid();
            uint32_t response = bresp();
            edge();
            if (passes && !taken) {
                taken = true;
                write_address(offset, value, false);
            }
            if (answered) return finish(response);
        }
        return give_up("a register write was not answered");
    }
    int peek(uint32_t offset, uint32_t *value) {
        read_address(offset, true);
        uint64_t end = bus.now + RegisterPatience;
        bool taken = false;
        while (bus.now < end) {
            settle();
            bool passes = arready(), answered = rvalid();
            uint32_t response = rresp();
            *value = rdata();
            edge();
            if (passes && !taken) {
                taken = true;
                read_address(offset, false);
            }
            if (answered) return finish(response);
        }
        return give_up("a register read was not answered");
    }
    int wait(uint32_t mask, uint64_t cycles) {
        uint64_t end = bus.now + cycles;
        while ((irq() & mask) != mask) {
            if (lost()) return HR_LOST;
            if (!bus.fault.empty()) return faulty();
            if (bus.now >= end) {
                message = "no interrupt in " + std::to_string(cycles) + " cycles";
                return HR_WATCHDOG;
            }
            settle();
            edge();
        }
        // What a kernel still does after it said that it is done is a fault, too.
        for (int i = 0; i < 8; i++) {
            settle();
            edge();
        }
        if (!quiet(mask)) bus.fail("all", "accesses are under way after the end");
        return bus.fault.empty() ? HR_OK : faulty();
    }
    bool lost() {
        if (bus.options.lose_after == 0 || bus.now < bus.options.lose_after) return false;
        message = "the device was lost at cycle " + std::to_string(bus.options.lose_after);
        return true;
    }

protected:
    std::vector<ReadPort> readers_;
    std::vector<WritePort> writers_;

    virtual void eval(bool clock) = 0;
    virtual void write_address(uint32_t offset, uint32_t value, bool valid) = 0;
    virtual void read_address(uint32_t offset, bool valid) = 0;
    virtual bool awready() = 0;
    virtual bool bvalid() = 0;
    virtual uint32_t bresp() = 0;
    virtual bool arready() = 0;
    virtual bool rvalid() = 0;
    virtual uint32_t rresp() = 0;
    virtual uint32_t rdata() = 0;
    virtual uint32_t irq() = 0;

    void settle() {
        for (auto &p : readers_) p.drive(bus);
        for (auto &p : writers_) p.drive(bus);
        eval(false);
    }
    void edge() {
        for (auto &p : readers_) p.sample(bus);
        for (auto &p : writers_) p.sample(bus);
        eval(true);
        bus.now++;
    }
    bool quiet(uint32_t mask) const {
        for (const auto &p : readers_)
            if ((mask >> p.unit & 1) != 0 && !p.quiet()) return false;
        for (const auto &p : writers_)
            if ((mask >> p.unit & 1) != 0 && !p.quiet()) return false;
        return true;
    }

private:
    int finish(uint32_t response) {
        if (response == 0) return bus.fault.empty() ? HR_OK : faulty();
        message = "there is no such register";
        return HR_REGISTER;
    }
    int give_up(const char *what) {
        message = what;
        return HR_WATCHDOG;
    }
    int faulty() {
        message = bus.fault;
        return HR_PROTOCOL;
    }
};

// What aggregation and sampling have in common: the pins of the control port.
template <class V>
class Kernel : public Model {
public:
    Kernel(const hr_sim_memory &o, uint32_t count) : Model(o, count), context_(new VerilatedContext) {
        // Registers wake up with random bits: what is not reset is found out.
        context_->randReset(2);
        context_->randSeed(static_cast<int>(o.seed % 2147483647 + 1));
        top_.reset(new V(context_.get()));
    }
    ~Kernel() override { top_->final(); }

protected:
    std::unique_ptr<VerilatedContext> context_;
    std::unique_ptr<V> top_;

    void reset() {
        top_->s_bready = 1;
        top_->s_rready = 1;
        top_->s_wstrb = 15;
        top_->s_awvalid = top_->s_wvalid = top_->s_arvalid = 0;
        top_->s_awaddr = top_->s_araddr = 0;
        top_->s_wdata = 0;
        for (auto &p : readers_) {
            p.arready.bit(false);
            p.rvalid.bit(false);
        }
        for (auto &p : writers_) {
            p.awready.bit(false);
            p.wready.bit(false);
            p.bvalid.bit(false);
        }
        top_->ap_rst_n = 0;
        for (int i = 0; i < 16; i++) {
            eval(false);
            eval(true);
        }
        top_->ap_rst_n = 1;
        for (int i = 0; i < 4; i++) {
            eval(false);
            eval(true);
        }
    }
    void eval(bool clock) override {
        top_->ap_clk = clock;
        top_->eval();
    }
    void write_address(uint32_t offset, uint32_t value, bool valid) override {
        top_->s_awaddr = offset;
        top_->s_wdata = value;
        top_->s_awvalid = valid;
        top_->s_wvalid = valid;
    }
    void read_address(uint32_t offset, bool valid) override {
        top_->s_araddr = offset;
        top_->s_arvalid = valid;
    }
    bool awready() override { return top_->s_awready; }
    bool bvalid() override { return top_->s_bvalid; }
    uint32_t bresp() override { return top_->s_bresp; }
    bool arready() override { return top_->s_arready; }
    bool rvalid() override { return top_->s_rvalid; }
    uint32_t rresp() override { return top_->s_rresp; }
    uint32_t rdata() override { return top_->s_rdata; }
    uint32_t irq() override { return top_->irq; }
};

#define HR_READ(name, unit, width) \
    { #name, unit, (width) / 8, {top_->name##_araddr, unit, 64}, {top_->name##_arlen, unit, 8}, {top_->name##_arvalid, unit, 1}, {top_->name##_arready, unit, 1}, \
      {top_->name##_rdata, unit, width}, {top_->name##_rresp, unit, 2}, {top_->name##_rlast, unit, 1}, {top_->name##_rvalid, unit, 1}, {top_->name##_rready, unit, 1} }
#define HR_WRITE(name, unit, width) \
    { #name, unit, (width) / 8, {top_->name##_awaddr, unit, 64}, {top_->name##_awlen, unit, 8}, {top_->name##_awvalid, unit, 1}, {top_->name##_awready, unit, 1}, \
      {top_->name##_wdata, unit, width}, {top_->name##_wlast, unit, 1}, {top_->name##_wvalid, unit, 1}, {top_->name##_wready, unit, 1}, \
      {top_->name##_bresp, unit, 2}, {top_->name##_bvalid, unit, 1}, {top_->name##_bready, unit, 1} }

template <class V, uint32_t Units, uint32_t Lanes>
class Aggregation final : public Kernel<V> {
    using Kernel<V>::top_;
public:
    explicit Aggregation(const hr_sim_memory &o) : Kernel<V>(o, Units) {
        for (uint32_t u = 0; u < Units; u++) {
            this->readers_.push_back(ReadPort(ReadPins HR_READ(edge, u, 64)));
            this->readers_.push_back(ReadPort(ReadPins HR_READ(feat, u, Lanes * 8)));
            this->writers_.push_back(WritePort(WritePins HR_WRITE(out, u, Lanes * 8)));
        }
        this->reset();
    }
};

template <class V>
class Sampling final : public Kernel<V> {
    using Kernel<V>::top_;
public:
    explicit Sampling(const hr_sim_memory &o) : Kernel<V>(o, 1) {
        this->readers_.push_back(ReadPort(ReadPins HR_READ(req, 0, 64)));
        this->readers_.push_back(ReadPort(ReadPins HR_READ(alias, 0, 64)));
        this->readers_.push_back(ReadPort(ReadPins HR_READ(col, 0, 32)));
        this->writers_.push_back(WritePort(WritePins HR_WRITE(out, 0, 32)));
        this->reset();
    }
};

}  // namespace hr
