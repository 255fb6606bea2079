#include "daemon/node_watch.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "daemon/node/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

using std::chrono::seconds;

constexpr seconds kAskTime{5};
constexpr seconds kOldestAtLeast{120};
constexpr int kOldestInBlocks = 20;

seconds age_at(const NodeNews& news, TimePoint now) {
    return news.head->age + std::chrono::floor<seconds>(now - news.asked);
}

std::string names(const std::set<apdu::ChainId>& chains) {
    std::string list;
    for (const auto& chain : chains) {
        list += (list.empty() ? "" : ", ") + apdu::chain_display_name(chain);
    }
    return list;
}

}  // namespace

NodeWatch::NodeWatch(
    Ask ask, Chains chains, Duration block_time, MetricsRegistry& metrics, const Clock& clock)
    : ask_(std::move(ask)),
      chains_(std::move(chains)),
      oldest_(std::max(kOldestAtLeast, std::chrono::ceil<seconds>(kOldestInBlocks * block_time))),
      metrics_(metrics),
      clock_(clock) {
    metrics_.set_node(false, std::nullopt);
}

void NodeWatch::look(const std::stop_token& stop) {
    const auto answer = ask_(Deadline::after(clock_, kAskTime), stop);
    if (stop.stop_requested()) {
        return;
    }
    auto next = news();
    if (answer) {
        next.head = *answer;
        next.asked = clock_.now();
    }
    const bool silent = !answer && (!next.head || too_old(age_at(next, clock_.now())));
    next.problem = silent ? std::optional(answer.error()) : problem_with(next);
    metrics_.set_node(answer && !next.problem,
                      next.head ? std::optional(next.head->level) : std::nullopt);
    tell(next);
    const std::lock_guard lock(mutex_);
    news_ = std::move(next);
}

std::optional<node::NodeHead> NodeWatch::head(const apdu::ChainId& chain) const {
    const auto last = news();
    if (!last.head || last.head->chain != chain) {
        return std::nullopt;
    }
    const auto age = age_at(last, clock_.now());
    return too_old(age) ? std::nullopt
                        : std::optional(node::NodeHead{last.head->level, chain, age});
}

NodeNews NodeWatch::news() const {
    const std::lock_guard lock(mutex_);
    return news_;
}

bool NodeWatch::too_old(seconds age) const {
    return age > oldest_;
}

std::optional<Error> NodeWatch::problem_with(const NodeNews& news) const {
    if (const auto age = age_at(news, clock_.now()); too_old(age)) {
        return fail(
            node::Errc::node_behind,
            fmt::format("its head {} was made {} s ago", news.head->level.value, age.count()));
    }
    const auto chains = chains_();
    if (!chains.empty() && !chains.contains(news.head->chain)) {
        return fail(node::Errc::node_other_chain,
                    fmt::format("it is on {}, and what is signed here is of {}",
                                apdu::chain_display_name(news.head->chain),
                                names(chains)));
    }
    return std::nullopt;
}

void NodeWatch::tell(const NodeNews& news) {
    if (news.problem.has_value() == told_) {
        return;
    }
    told_ = !told_;
    if (told_) {
        spdlog::warn("no head to hold a first signature to: {}", news.problem->text());
    } else {
        spdlog::info("the node says again where its chain is: level {} of {}",
                     news.head->level.value,
                     apdu::chain_display_name(news.head->chain));
    }
}

}  // namespace ledger_bridge::daemon
