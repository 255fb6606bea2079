#include "tools/common/interrupt.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace ledger_bridge::tools {

Interrupt::Interrupt(std::function<void()> on_signal) : on_signal_(std::move(on_signal)) {
    sigset_t watched;
    sigemptyset(&watched);
    sigaddset(&watched, SIGINT);
    sigaddset(&watched, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &watched, &old_mask_);
    signals_ = ::signalfd(-1, &watched, SFD_CLOEXEC);
    wakeup_ = ::eventfd(0, EFD_CLOEXEC);
    thread_ = std::thread(&Interrupt::wait, this);
}

Interrupt::~Interrupt() {
    ::eventfd_write(wakeup_, 1);
    thread_.join();
    ::close(signals_);
    ::close(wakeup_);
    ::pthread_sigmask(SIG_SETMASK, &old_mask_, nullptr);
}

void Interrupt::wait() {
    std::array<pollfd, 2> events{pollfd{.fd = signals_, .events = POLLIN, .revents = 0},
                                 pollfd{.fd = wakeup_, .events = POLLIN, .revents = 0}};
    while (::poll(events.data(), events.size(), -1) < 0 && errno == EINTR) {
    }
    signalfd_siginfo signal{};
    if ((events[0].revents & POLLIN) != 0 && ::read(signals_, &signal, sizeof(signal)) > 0) {
        happened_ = true;
        on_signal_();
    }
}

}  // namespace ledger_bridge::tools
