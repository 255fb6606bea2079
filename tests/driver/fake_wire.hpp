// A report port whose other end is the test: what comes, when it comes, and which write fails.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "driver/report_port.hpp"
#include "tests/driver/manual_clock.hpp"

namespace ledger_bridge::driver {

// What a read gives: a report or a failure, after some time on the test's clock.
struct Arrival {
    Result<Report> what;
    Duration delay{0};
};

// Outlives the port, which the transport closes after a failure. Times are the test clock's: no
// wait takes real time.
struct FakeWire {
    explicit FakeWire(ManualClock& the_clock) : clock(the_clock) {}

    ManualClock& clock;
    std::deque<Arrival> incoming;                              // behind the last is silence
    std::map<std::size_t, std::vector<Arrival>> after_write;   // by the count of written reports
    std::optional<std::pair<std::size_t, Error>> write_fault;  // the write of that number, from 1
    std::function<void(std::size_t)> on_write;                 // after each write
    std::function<void()> on_silence;                          // after each read that gave nothing
    std::vector<Report> written;
    Duration longest_wait{0};
    bool closed = false;
};

class FakeReportPort final : public ReportPort {
public:
    explicit FakeReportPort(FakeWire& wire) : wire_(wire) {}
    FakeReportPort(const FakeReportPort&) = delete;
    FakeReportPort& operator=(const FakeReportPort&) = delete;
    FakeReportPort(FakeReportPort&&) = delete;
    FakeReportPort& operator=(FakeReportPort&&) = delete;
    ~FakeReportPort() override { wire_.closed = true; }

    Result<void> write(const Report& report) override {
        const auto number = wire_.written.size() + 1;
        if (wire_.write_fault && wire_.write_fault->first == number) {
            return wire_.write_fault->second;
        }
        wire_.written.push_back(report);
        for (const auto& arrival : wire_.after_write[number]) {
            wire_.incoming.push_back(arrival);
        }
        if (wire_.on_write) {
            wire_.on_write(number);
        }
        return {};
    }

    Result<std::optional<Report>> read(const Deadline& deadline) override {
        const auto wait = deadline.remaining();
        wire_.longest_wait = std::max(wire_.longest_wait, wait);
        if (wire_.incoming.empty() || wire_.incoming.front().delay > wait) {
            return nothing(wait);
        }
        const auto arrival = wire_.incoming.front();
        wire_.incoming.pop_front();
        wire_.clock.advance(arrival.delay);
        return arrival.what ? Result<std::optional<Report>>(*arrival.what) : arrival.what.error();
    }

private:
    Result<std::optional<Report>> nothing(Duration wait) {
        wire_.clock.advance(wait);
        if (!wire_.incoming.empty()) {
            wire_.incoming.front().delay -= wait;
        }
        if (wire_.on_silence) {
            wire_.on_silence();
        }
        return std::optional<Report>{};
    }

    FakeWire& wire_;
};

}  // namespace ledger_bridge::driver
