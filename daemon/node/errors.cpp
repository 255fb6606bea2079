#include "daemon/node/errors.hpp"

#include <array>

namespace ledger_bridge::node {

namespace {

constexpr ErrorRow row(Errc code,
                       std::string_view id,
                       std::string_view sentence,
                       std::string_view advice) {
    return {static_cast<int>(code), id, sentence, advice};
}

constexpr std::array kRows{
    row(Errc::bad_node_url,
        "bad_node_url",
        "this is no address of a node",
        "write it as http://host:port or https://host"),
    row(Errc::node_unreachable,
        "node_unreachable",
        "the node cannot be reached",
        "check --node and that the node's RPC listens there; the tools can do without, with "
        "--level"),
    row(Errc::node_timed_out,
        "node_timed_out",
        "the node did not answer in time",
        "look at the node; the tools can do without, with --level"),
    row(Errc::node_redirects,
        "node_redirects",
        "the node sends the request elsewhere",
        "give --node the address that it names"),
    row(Errc::node_refused,
        "node_refused",
        "the node refused the request",
        "check that --node is the address of a node's RPC, and that it lets this machine ask"),
    row(Errc::node_bad_answer,
        "node_bad_answer",
        "the node's answer is not understood",
        "check that --node is the address of a node's RPC"),
    row(Errc::node_behind,
        "node_behind",
        "the node is behind its chain",
        "look at the node, and at the clocks of both machines; until then first signatures are not "
        "held to its head"),
    row(Errc::node_other_chain,
        "node_other_chain",
        "the node is on another chain",
        "give --node a node of the chain that is signed for"),
};

const ErrorCategory& category() {
    static const ErrorCategory instance{"node", kRows};
    return instance;
}

}  // namespace

error_code make_error_code(Errc code) {
    return {static_cast<int>(code), category()};
}

}  // namespace ledger_bridge::node
