// What a node says about its chain.
#pragma once

#include <chrono>
#include <string>

#include "apdu/types.hpp"
#include "driver/base/clock.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::node {

struct NodeHead {
    apdu::Level level;
    apdu::ChainId chain;
    std::chrono::seconds age{0};  // since that block was made; a node may be behind its chain
};

// Reads "level", "chain_id" and "timestamp" of a block's header in JSON. Without a timestamp that
// can be read, or with one in the future, the head counts as new. Error: node_bad_answer.
Result<NodeHead> parse_head(const std::string& body, WallTime now);

}  // namespace ledger_bridge::node
