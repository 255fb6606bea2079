#include "tools/common/lasting_transport.hpp"

#include <utility>

#include "driver/errors.hpp"

namespace ledger_bridge::tools {

namespace {

Error no_connection() {
    return fail(driver::Errc::disconnected, "it is not open");
}

}  // namespace

Result<Bytes> LastingTransport::exchange(ByteView apdu, const Deadline& deadline) {
    return now_ ? now_->exchange(apdu, deadline) : no_connection();
}

Result<std::size_t> LastingTransport::drain(Duration quiet) {
    return now_ ? now_->drain(quiet) : no_connection();
}

void LastingTransport::cancel() {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
    if (now_) {
        now_->cancel();
    }
    woken_.notify_all();
}

bool LastingTransport::cancelled() const {
    const std::lock_guard lock(mutex_);
    return cancelled_;
}

void LastingTransport::close() {
    const std::lock_guard lock(mutex_);
    now_.reset();
}

Result<void> LastingTransport::reopen(const daemon::Opener& open, const Deadline& deadline) {
    close();
    if (cancelled()) {
        return no_connection();
    }
    auto opened = open(deadline);
    return opened ? take(std::move(opened->transport)) : opened.error();
}

Result<void> LastingTransport::take(std::unique_ptr<driver::Transport> next) {
    const std::lock_guard lock(mutex_);
    if (cancelled_) {
        return no_connection();
    }
    now_ = std::move(next);
    return {};
}

void LastingTransport::pause(Duration time) const {
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, time, [this] { return cancelled_; });
}

}  // namespace ledger_bridge::tools
