// Waiting for a descriptor within a deadline, and the words for a failed system call.
#pragma once

#include <string_view>

#include "driver/base/clock.hpp"
#include "driver/errors.hpp"

namespace ledger_bridge::driver {

// The failure of a system call: its name and what errno says.
Error system_failure(Errc code, std::string_view call, int error_number);

// Waits until poll(2) reports `events`, or an error or hang-up, of `fd`: the next call on it says
// which. What is ready counts even when the deadline has passed. Signals do not end the wait.
//
// Errors: timed_out; disconnected as soon as `cancel_fd` (-1: none) is readable; system.
Result<void> wait_ready(int fd, short events, int cancel_fd, const Deadline& deadline);

}  // namespace ledger_bridge::driver
