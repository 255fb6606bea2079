#include "daemon/net/client_limit.hpp"

#include <utility>

#include <fmt/format.h>

#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {

ClientLimit::Place::Place(std::shared_ptr<Counts> counts, std::string client)
    : counts_(std::move(counts)), client_(std::move(client)) {
    ++counts_->all;
    ++counts_->of_client[client_];
}

ClientLimit::Place::~Place() {
    give_back();
}

void ClientLimit::Place::give_back() {
    const auto counts = std::exchange(counts_, nullptr);
    if (counts == nullptr) {
        return;
    }
    --counts->all;
    const auto found = counts->of_client.find(client_);
    if (--found->second == 0) {
        counts->of_client.erase(found);
    }
}

Result<ClientLimit::Place> ClientLimit::take(std::string client) {
    if (is_full(client)) {
        return fail(Errc::too_many_connections, fmt::format("{} of {}", each_, client));
    }
    if (taken() >= all_) {
        return fail(Errc::too_many_connections, fmt::format("{} in all", all_));
    }
    return Place(counts_, std::move(client));
}

std::size_t ClientLimit::taken_by(std::string_view client) const {
    const auto found = counts_->of_client.find(client);
    return found == counts_->of_client.end() ? 0 : found->second;
}

}  // namespace ledger_bridge::daemon
