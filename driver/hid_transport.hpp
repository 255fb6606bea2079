// APDUs over USB HID reports: the framing, the deadline and the fate of every unexpected report.
#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "driver/report_port.hpp"
#include "driver/transport.hpp"

namespace ledger_bridge::driver {

// A channel for one opening, from the system's random numbers, so that an answer to an earlier
// program is not taken for ours. Never 0, nor 0101, which other programs use.
// Errors: system.
Result<Channel> random_channel();

// What arrives or fails, and its fate:
//
//   a report of a foreign channel     skipped and told to `foreign`: another program uses the
//                                     device, or did so before us
//   a report of our channel before    bad_frame: nobody asked for it
//   anything was sent
//   wrong tag, repeated or skipped    bad_frame
//   sequence, impossible length
//   short write, short report         bad_frame
//   a write or read that fails        disconnected; a half-sent message is why the device must be
//                                     asked for its state again before anything is signed
//   nothing until the deadline        timed_out; the answer, when it comes, meets a closed
//                                     connection, or a new one whose channel it does not have
//
// After each of these but the first the transport is dead. Once the first report of a message is
// written the others follow at once, whatever cancel(), signals and the deadline say: a device
// that was sent a part waits for the rest, and would take it from a later message.
class HidTransport final : public Transport {
public:
    // `foreign` may be empty; called on the owning thread. `clock` must outlive the transport.
    HidTransport(std::unique_ptr<ReportPort> port,
                 Channel channel,
                 const Clock& clock,
                 std::function<void()> foreign);

    Result<Bytes> exchange(ByteView apdu, const Deadline& deadline) override;
    // Counts reports. Those of every channel are dropped.
    Result<std::size_t> drain(Duration quiet) override;
    // A wait in progress ends within 50 ms.
    void cancel() override { cancelled_ = true; }

private:
    Result<Bytes> try_exchange(ByteView apdu, const Deadline& deadline);
    Result<std::size_t> try_drain(Duration quiet);
    Result<void> expect_silence(const Deadline& deadline);
    Result<void> write_whole(ByteView apdu);
    Result<Bytes> receive(const Deadline& deadline);
    Result<std::optional<Report>> next_report(const Deadline& deadline);
    bool is_foreign(const Report& report);
    template <class T>
    Result<T> dead_after_failure(Result<T> result);

    std::unique_ptr<ReportPort> port_;  // null once the transport is dead
    Channel channel_;
    const Clock* clock_;
    std::function<void()> foreign_;
    std::atomic<bool> cancelled_{false};
};

}  // namespace ledger_bridge::driver
