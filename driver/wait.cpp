#include "driver/wait.hpp"

#include <poll.h>
#include <system_error>

#include <array>
#include <cerrno>
#include <string>

namespace ledger_bridge::driver {

Error system_failure(Errc code, std::string_view call, int error_number) {
    return fail(code, std::string(call) + ": " + std::generic_category().message(error_number));
}

Result<void> wait_ready(int fd, short events, int cancel_fd, const Deadline& deadline) {
    // poll(2) passes over negative descriptors.
    std::array<pollfd, 2> watched{{{cancel_fd, POLLIN, 0}, {fd, events, 0}}};
    while (true) {
        const bool last = deadline.passed();
        const int ready =
            ::poll(watched.data(), watched.size(), last ? 0 : deadline.poll_timeout());
        if (ready < 0 && errno != EINTR) {
            return system_failure(Errc::system, "poll", errno);
        }
        if (ready > 0 && watched[0].revents != 0) {
            return fail(Errc::disconnected, "cancelled");
        }
        if (ready > 0) {
            return {};
        }
        if (last) {
            return fail(Errc::timed_out);
        }
    }
}

}  // namespace ledger_bridge::driver
