#include "driver/hid_transport.hpp"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <utility>

#include "driver/signals_blocked.hpp"
#include "driver/wait.hpp"

namespace ledger_bridge::driver {

namespace {

// hidapi cannot be woken from another thread, so a wait looks up this often.
constexpr Duration kSlice = std::chrono::milliseconds{50};
constexpr Channel kUnset{0x0000};
constexpr Channel kUsedByOthers{0x0101};

Error already_dead() {
    return fail(Errc::disconnected, "ended by an earlier failure");
}

Error cancelled() {
    return fail(Errc::disconnected, "cancelled");
}

}  // namespace

Result<Channel> random_channel() {
    while (true) {
        std::array<std::uint8_t, 2> bytes{};
        const auto size = ::getrandom(bytes.data(), bytes.size(), 0);
        if (size < 0 && errno != EINTR) {
            return system_failure(Errc::system, "getrandom", errno);
        }
        const auto channel = static_cast<Channel>(ByteReader(bytes).u16());
        const bool drawn = size == static_cast<ssize_t>(bytes.size());
        if (drawn && channel != kUnset && channel != kUsedByOthers) {
            return channel;
        }
    }
}

HidTransport::HidTransport(std::unique_ptr<ReportPort> port,
                           Channel channel,
                           const Clock& clock,
                           std::function<void()> foreign)
    : port_(std::move(port)), channel_(channel), clock_(&clock), foreign_(std::move(foreign)) {}

template <class T>
Result<T> HidTransport::dead_after_failure(Result<T> result) {
    if (!result) {
        port_.reset();
    }
    return result;
}

Result<Bytes> HidTransport::exchange(ByteView apdu, const Deadline& deadline) {
    if (port_ == nullptr) {
        return already_dead();
    }
    if (apdu.empty() || apdu.size() > kMaxMessageSize) {
        return fail(Errc::bad_frame, "an APDU of " + std::to_string(apdu.size()) + " bytes");
    }
    return dead_after_failure(try_exchange(apdu, deadline));
}

Result<Bytes> HidTransport::try_exchange(ByteView apdu, const Deadline& deadline) {
    const auto silent = expect_silence(deadline);
    if (!silent) {
        return silent.error();
    }
    if (cancelled_) {
        return cancelled();
    }
    if (deadline.passed()) {
        return fail(Errc::timed_out, "before anything was sent");
    }
    const auto written = write_whole(apdu);
    if (!written) {
        return written.error();
    }
    return receive(deadline);
}

Result<std::size_t> HidTransport::drain(Duration quiet) {
    if (port_ == nullptr) {
        return already_dead();
    }
    return dead_after_failure(try_drain(quiet));
}

Result<std::size_t> HidTransport::try_drain(Duration quiet) {
    const auto end = Deadline::after(*clock_, quiet);
    for (std::size_t dropped = 0;; ++dropped) {
        const auto report = next_report(end);
        if (!report) {
            return report.error();
        }
        if (!*report) {
            return dropped;
        }
        if (end.passed()) {
            return dropped + 1;
        }
    }
}

// Every opener of a device sees every report, so what waits here may be another program's answer.
// Of our own channel it can only be an answer that nobody asked for.
Result<void> HidTransport::expect_silence(const Deadline& deadline) {
    const auto now = Deadline::after(*clock_, Duration{0});
    while (true) {
        const auto report = port_->read(now);
        if (!report) {
            return report.error();
        }
        if (!*report) {
            return {};
        }
        if (!is_foreign(**report)) {
            return fail(Errc::bad_frame, "an answer that nobody asked for");
        }
        if (deadline.passed()) {
            return fail(Errc::timed_out, "another program's answers do not end");
        }
    }
}

Result<void> HidTransport::write_whole(ByteView apdu) {
    const auto reports = encode(channel_, apdu);
    // A tool's Ctrl-C ends it after the last report instead of between two.
    const SignalsBlocked blocked;
    for (std::size_t i = 0; i < reports.size(); ++i) {
        const auto written = port_->write(reports[i]);
        if (!written) {
            const auto place = std::to_string(i + 1) + " of " + std::to_string(reports.size());
            return Error{written.error().code, "report " + place + ": " + written.error().detail};
        }
    }
    return {};
}

Result<Bytes> HidTransport::receive(const Deadline& deadline) {
    Assembler assembler(channel_);
    while (true) {
        const auto report = next_report(deadline);
        if (!report) {
            return report.error();
        }
        if (!*report) {
            return fail(Errc::timed_out);
        }
        if (is_foreign(**report)) {
            if (deadline.passed()) {
                return fail(Errc::timed_out, "only another program's answers came");
            }
            continue;
        }
        auto message = assembler.add(**report);
        if (!message) {
            return message.error();
        }
        if (*message) {
            return std::move(**message);
        }
    }
}

Result<std::optional<Report>> HidTransport::next_report(const Deadline& deadline) {
    while (!cancelled_) {
        // Asked before the read: what is there counts even when the deadline has passed.
        const bool last = deadline.passed();
        auto report = port_->read(deadline.at_most(kSlice));
        if (!report || *report || last) {
            return report;
        }
    }
    return cancelled();
}

bool HidTransport::is_foreign(const Report& report) {
    const bool foreign = static_cast<Channel>(ByteReader(report).u16()) != channel_;
    if (foreign && foreign_) {
        foreign_();
    }
    return foreign;
}

}  // namespace ledger_bridge::driver
