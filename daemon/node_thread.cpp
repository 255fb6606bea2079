#include "daemon/node_thread.hpp"

#include <algorithm>

#include <pthread.h>

namespace ledger_bridge::daemon {

NodeThread::NodeThread(NodeWatch& watch, Duration block_time)
    : watch_(watch),
      pause_(std::max<Duration>(block_time, std::chrono::seconds{1})),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void NodeThread::wait_for_first_look(Duration time) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, time, [this] { return looked_; });
}

void NodeThread::run(const std::stop_token& stop) {
    pthread_setname_np(pthread_self(), "node");
    while (!stop.stop_requested()) {
        watch_.look(stop);
        std::unique_lock lock(mutex_);
        looked_ = true;
        changed_.notify_all();
        changed_.wait_for(lock, stop, pause_, [] { return false; });
    }
}

}  // namespace ledger_bridge::daemon
