// The seam below the framing: 64-byte reports to a device and back.
#pragma once

#include <optional>

#include "driver/base/clock.hpp"
#include "driver/errors.hpp"
#include "driver/frame.hpp"

namespace ledger_bridge::driver {

// One open device. All members, the destructor included, belong to one thread at a time: hidapi
// is not thread-safe, and closing during a read is undefined. After an error the port is of no
// further use.
class ReportPort {
public:
    ReportPort() = default;
    ReportPort(const ReportPort&) = delete;
    ReportPort& operator=(const ReportPort&) = delete;
    ReportPort(ReportPort&&) = delete;
    ReportPort& operator=(ReportPort&&) = delete;
    virtual ~ReportPort() = default;

    // Writes one report, whole. It takes no deadline on purpose: a message whose first report is
    // written must be written to its end, however late it is. How long a device may refuse to take
    // a report is up to the backend.
    // Errors: disconnected; bad_frame when only a part of the report was taken.
    virtual Result<void> write(const Report& report) = 0;

    // The next report, or nothing when none came until the deadline; one that is there already is
    // given even when the deadline has passed.
    // Errors: disconnected; bad_frame for a report that is not 64 bytes.
    virtual Result<std::optional<Report>> read(const Deadline& deadline) = 0;
};

}  // namespace ledger_bridge::driver
