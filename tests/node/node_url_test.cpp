#include "daemon/node/node_url.hpp"

#include <gtest/gtest.h>

#include "daemon/node/errors.hpp"

namespace ledger_bridge::node {
namespace {

struct UrlCase {
    std::string_view text;
    bool tls;
    std::string_view host;
    std::string_view port;
    std::string_view path;
    std::string_view header;
};

TEST(NodeUrl, TakesApartEveryForm) {
    for (const auto& expected : {
             UrlCase{"http://node", false, "node", "80", "", "node"},
             UrlCase{"https://node", true, "node", "443", "", "node"},
             UrlCase{"http://node:8732/", false, "node", "8732", "", "node:8732"},
             UrlCase{"https://node:443/a/b/", true, "node", "443", "/a/b", "node"},
             UrlCase{"http://node:443", false, "node", "443", "", "node:443"},
             UrlCase{"http://[::1]", false, "::1", "80", "", "[::1]"},
             UrlCase{"http://[::1]:8732/x", false, "::1", "8732", "/x", "[::1]:8732"},
         }) {
        const auto url = parse_node_url(expected.text);
        ASSERT_TRUE(url) << expected.text;
        EXPECT_EQ(url->tls, expected.tls);
        EXPECT_EQ(url->host, expected.host);
        EXPECT_EQ(url->port, expected.port);
        EXPECT_EQ(url->path, expected.path);
        EXPECT_EQ(host_header(*url), expected.header);
    }
}

TEST(NodeUrl, RefusesEverythingElse) {
    for (const auto* text : {"",
                             "node",
                             "node:8732",
                             "ftp://node",
                             "http:/node",
                             "http://",
                             "http://:80",
                             "http://node:",
                             "http://node:0",
                             "http://node:65536",
                             "http://node:+1",
                             "http://node:8a",
                             "http://user@node",
                             "http://node/a b",
                             "http://node/?x=1",
                             "http://node/#x",
                             "http://node/\r\nHost: x",
                             "http://n\xc3\xb6"
                             "de",
                             "HTTP://"}) {
        const auto url = parse_node_url(text);
        ASSERT_FALSE(url) << text;
        EXPECT_EQ(url.error().code, make_error_code(Errc::bad_node_url)) << text;
    }
}

}  // namespace
}  // namespace ledger_bridge::node
