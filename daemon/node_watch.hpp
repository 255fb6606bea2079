// Asks the configured node again and again where its chain is: what the level guard goes by before
// the first signature.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>

#include "apdu/types.hpp"
#include "daemon/metrics.hpp"
#include "daemon/node/node_head.hpp"
#include "driver/base/clock.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::daemon {

// What the node last said.
struct NodeNews {
    std::optional<node::NodeHead> head = std::nullopt;  // also one that is too old by now
    TimePoint asked{};                                  // when that was
    // Why there is no head to go by. Nothing is refused for it.
    std::optional<Error> problem = std::nullopt;
};

// Log: a warning when there is no head to go by any more, an info line when there is again; none in
// between. Metrics: node_up, node_head_level.
class NodeWatch {
public:
    using Ask = std::function<Result<node::NodeHead>(const Deadline&, const std::stop_token&)>;
    // The chains that are signed for here; empty while none is known. Any thread.
    using Chains = std::function<std::set<apdu::ChainId>()>;

    NodeWatch(
        Ask ask, Chains chains, Duration block_time, MetricsRegistry& metrics, const Clock& clock);

    // Asks once; one thread. Blocks for up to five seconds, or until it is stopped, which changes
    // nothing.
    void look(const std::stop_token& stop = {});

    // The rest: any thread.

    // The head of that chain and its age as of now; nothing when the node is on another one, or has
    // not said anything newer for twenty block times, or two minutes if that is longer. A node that
    // falls silent keeps its head until then, since the head's age is taken into account.
    [[nodiscard]] std::optional<node::NodeHead> head(const apdu::ChainId& chain) const;
    [[nodiscard]] NodeNews news() const;

private:
    [[nodiscard]] bool too_old(std::chrono::seconds age) const;
    [[nodiscard]] std::optional<Error> problem_with(const NodeNews& news) const;
    void tell(const NodeNews& news);

    Ask ask_;
    Chains chains_;
    std::chrono::seconds oldest_;
    MetricsRegistry& metrics_;
    const Clock& clock_;
    bool told_ = false;  // that there is a problem
    mutable std::mutex mutex_;
    NodeNews news_;
};

}  // namespace ledger_bridge::daemon
