// Listening sockets that the service manager opened, and hands over at the start.
#pragma once

#include <map>
#include <string>

#include "daemon/config/config.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::daemon {

struct HandedSocket {
    int descriptor;
    std::string place;  // "127.0.0.1:6732", or a path
};

// By the name of the option whose place each takes: http, https, tcp or unix; those of one name in
// the order in which they came.
using HandedSockets = std::multimap<std::string, HandedSocket>;

// What $LISTEN_FDS, $LISTEN_PID and $LISTEN_FDNAMES say (sd_listen_fds(3)), which are unset. Once,
// before there is another thread. Errors: handed_socket for another name, unix twice, and
// a descriptor that does not listen for streams of its kind.
Result<HandedSockets> handed_sockets();

// They count more than the command line, and are checked like it.
GivenOptions as_options(const HandedSockets& sockets);
// So that the listeners of `config`, which was read with as_options(), use them.
void assign(const HandedSockets& sockets, Config& config);

}  // namespace ledger_bridge::daemon
