// The thread that waits for the node's answers, so that nobody else does.
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "daemon/node_watch.hpp"

namespace ledger_bridge::daemon {

// Has `watch` look once each block time, but not more often than each second.
class NodeThread {
public:
    NodeThread(NodeWatch& watch, Duration block_time);

    // Until the node has answered for the first time, or has not, or the time is over.
    void wait_for_first_look(Duration time);

private:
    void run(const std::stop_token& stop);

    NodeWatch& watch_;
    Duration pause_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    bool looked_ = false;
    std::jthread thread_;  // last: it uses the others, and ends before they do
};

}  // namespace ledger_bridge::daemon
