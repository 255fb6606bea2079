// One transport for as long as a command runs, over one connection to the device after the other.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>

#include "daemon/usb/opener.hpp"
#include "driver/transport.hpp"

namespace ledger_bridge::tools {

// Whoever selected something at the device over the connection before must not count on it.
class LastingTransport final : public driver::Transport {
public:
    explicit LastingTransport(std::unique_ptr<driver::Transport> first) : now_(std::move(first)) {}

    // disconnected while there is no connection, and once this was cancelled.
    Result<Bytes> exchange(ByteView apdu, const Deadline& deadline) override;
    Result<std::size_t> drain(Duration quiet) override;
    // Also ends pause(), and lets no connection be opened any more.
    void cancel() override;
    [[nodiscard]] bool cancelled() const;

    // Gives up the connection, and with it the device's lock.
    void close();
    // Closes, then opens another. Errors: the opener's; disconnected once this was cancelled.
    Result<void> reopen(const daemon::Opener& open, const Deadline& deadline);
    // Does nothing for that long, or until this is cancelled.
    void pause(Duration time) const;

private:
    Result<void> take(std::unique_ptr<driver::Transport> next);

    mutable std::mutex mutex_;  // guards all below against cancel(); one thread alone changes now_
    mutable std::condition_variable woken_;
    std::unique_ptr<driver::Transport> now_;
    bool cancelled_ = false;
};

}  // namespace ledger_bridge::tools
