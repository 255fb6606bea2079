// Ctrl-C as an event while something blocks, instead of the end of the process.
#pragma once

#include <atomic>
#include <csignal>
#include <functional>
#include <thread>

namespace ledger_bridge::tools {

// While it lives, SIGINT and SIGTERM call `on_signal` once, on a thread of its own, instead of
// ending the process. Make it on the only thread there is, or on one whose other threads block
// these signals; destroy it there too.
class Interrupt {
public:
    explicit Interrupt(std::function<void()> on_signal);
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;
    Interrupt(Interrupt&&) = delete;
    Interrupt& operator=(Interrupt&&) = delete;
    ~Interrupt();

    [[nodiscard]] bool happened() const { return happened_; }

private:
    void wait();

    std::function<void()> on_signal_;
    std::atomic<bool> happened_ = false;
    sigset_t old_mask_{};
    int signals_ = -1;  // signalfd
    int wakeup_ = -1;   // eventfd, written at the end
    std::thread thread_;
};

}  // namespace ledger_bridge::tools
