#include <random>
#include <set>

#include <gtest/gtest.h>

#include "daemon/http/routes.hpp"

namespace ledger_bridge::daemon {
namespace {

constexpr const char* kKey = "tz1gjaF81ZRRvdzjobyfVNsAeSC6PScjfQwN";

std::string name(std::string_view method, std::string_view target) {
    return std::string(route_name(parse_route(method, target)));
}

PostKey post(std::string_view target) {
    const auto route = parse_route("POST", target);
    const auto* found = std::get_if<PostKey>(&route);
    EXPECT_NE(found, nullptr) << target << " is " << route_name(route);
    return found == nullptr ? PostKey{} : *found;
}

TEST(Routes, EveryServiceHasItsPath) {
    EXPECT_EQ(name("GET", "/authorized_keys"), "authorized_keys");
    EXPECT_EQ(name("GET", "/keys/tz1x"), "public_key");
    EXPECT_EQ(name("POST", "/keys/tz1x"), "sign");
    EXPECT_EQ(name("GET", "/known_keys"), "known_keys");
    EXPECT_EQ(name("GET", "/bls_prove_possession/tz4x"), "prove_possession");
    EXPECT_EQ(name("GET", "/healthz"), "healthz");
    EXPECT_EQ(name("GET", "/statusz/tz1x"), "statusz");
    EXPECT_EQ(name("GET", "/metrics"), "metrics");
    EXPECT_EQ(name("GET", "/"), "index");
}

TEST(Routes, NothingElseIsFound) {
    for (const auto* target : {"/keys",
                               "/keys/",
                               "/keys/a/b",
                               "/statusz",
                               "/healthz/x",
                               "/KEYS/a",
                               "/nothing",
                               "/a/b/c",
                               "/keys/a/b/c",
                               "/bls_prove_possession"}) {
        EXPECT_EQ(name("GET", target), "not_found") << target;
        EXPECT_EQ(name("POST", target), "not_found") << target;
        EXPECT_EQ(name("OPTIONS", target), "not_found") << target;
    }
}

TEST(Routes, EmptySegmentsAreDropped) {
    EXPECT_EQ(post("//keys///" + std::string(kKey) + "//").text, kKey);
    EXPECT_EQ(name("GET", "http://a"), "index");
    EXPECT_EQ(name("GET", "///"), "index");
    EXPECT_EQ(name("GET", "//healthz/"), "healthz");
}

TEST(Routes, TargetsWithoutASlashAreBadRequests) {
    for (const auto* target :
         {"", "authorized_keys", "*", "?a", "a:80", "\\", "ftp://a/healthz", "http:/healthz"}) {
        EXPECT_EQ(name("GET", target), "bad_request") << target;
    }
    EXPECT_EQ(name("GET", "HTTP://a/healthz"), "healthz");
}

TEST(Routes, SegmentsAreDecodedAfterTheSplit) {
    EXPECT_EQ(post("/k%65ys/tz1%41").text, "tz1A");
    EXPECT_EQ(post("/keys/a%2Fb").text, "a/b");
    EXPECT_EQ(post("/keys/%00").text, std::string(1, '\0'));
    EXPECT_EQ(post("/keys/%ff").text, "\xff");
}

TEST(Routes, BadEscapesAreBadRequests) {
    for (const auto* target : {"/keys/%", "/keys/%4", "/keys/%4g", "/%zz", "/keys/a%"}) {
        EXPECT_EQ(name("POST", target), "bad_request") << target;
        EXPECT_EQ(name("GET", target), "bad_request") << target;
    }
}

TEST(Routes, AnyVersionOrNoneIsAccepted) {
    for (const auto* query : {"",
                              "?",
                              "?version=0",
                              "?version=3",
                              "?version=99",
                              "?version=-1",
                              "?version=abc",
                              "?version",
                              "?version=",
                              "?version=1&version=2",
                              "?version=%",
                              "?VERSION=1"}) {
        EXPECT_EQ(post("/keys/tz1x" + std::string(query)).text, "tz1x") << query;
    }
}

TEST(Routes, UnknownParametersAreIgnored) {
    const auto route = post("/keys/tz1x?a=1&a=2&&=&x%=1&authentication=sig&b");
    EXPECT_EQ(route.query.authentication, "sig");
}

TEST(Routes, AuthenticationIsTakenOnceAndDecoded) {
    EXPECT_EQ(post("/keys/a?version=3&authentication=ed%73ig").query.authentication, "edsig");
    EXPECT_EQ(post("/keys/a?authentication=").query.authentication, "");
    EXPECT_EQ(post("/keys/a").query.authentication, std::nullopt);
    EXPECT_EQ(name("POST", "/keys/a?authentication=x&authentication=x"), "bad_request");
    EXPECT_EQ(name("POST", "/keys/a?authentication=x&%61uthentication=y"), "bad_request");
    EXPECT_EQ(name("POST", "/keys/a?authentication=%x"), "bad_request");
}

TEST(Routes, WrongMethodsNameTheRightOnes) {
    for (const auto* method : {"POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW", "get", ""}) {
        const auto route = parse_route(method, "/healthz");
        ASSERT_TRUE(std::holds_alternative<MethodNotAllowed>(route)) << method;
        EXPECT_EQ(std::get<MethodNotAllowed>(route).allow, "GET, OPTIONS");
    }
    const auto route = parse_route("PUT", "/keys/tz1x");
    ASSERT_TRUE(std::holds_alternative<MethodNotAllowed>(route));
    EXPECT_EQ(std::get<MethodNotAllowed>(route).allow, "GET, POST, OPTIONS");
}

TEST(Routes, OptionsNamesTheMethodsAndHeadIsNotImplemented) {
    const auto options = [](std::string_view target) {
        const auto route = parse_route("OPTIONS", target);
        return std::holds_alternative<Options>(route) ? std::get<Options>(route).allow : "";
    };
    EXPECT_EQ(options("/keys/a"), "GET, POST, OPTIONS");
    EXPECT_EQ(options("*"), "GET, POST, OPTIONS");
    EXPECT_EQ(options("/metrics"), "GET, OPTIONS");
    EXPECT_EQ(name("HEAD", "/keys/a"), "head");
    EXPECT_EQ(name("HEAD", "/"), "head");
}

TEST(Routes, AbsoluteTargetsLoseTheirOrigin) {
    EXPECT_EQ(post("http://127.0.0.1:6732/keys/tz1x?authentication=s").query.authentication, "s");
    EXPECT_EQ(name("GET", "https://host/healthz"), "healthz");
    EXPECT_EQ(name("GET", "http://host"), "index");
    EXPECT_EQ(name("GET", "http://host?x"), "index");
}

TEST(Routes, APrefixIsDroppedOnce) {
    const PathPrefix prefix{{"bakery", "signer"}};
    const auto with = [&prefix](std::string_view method, std::string_view target) {
        return std::string(route_name(parse_route(method, target, prefix)));
    };
    for (const auto* target : {"/bakery/signer/keys/tz1x",
                               "//bakery///signer//keys/tz1x/",
                               "/b%61kery/%73igner/k%65ys/tz1x",
                               "http://host/bakery/signer/keys/tz1x?version=3",
                               "/keys/tz1x"}) {
        const auto route = parse_route("POST", target, prefix);
        ASSERT_TRUE(std::holds_alternative<PostKey>(route)) << target;
        EXPECT_EQ(std::get<PostKey>(route).text, "tz1x") << target;
    }
    EXPECT_EQ(with("GET", "/bakery/signer"), "index");
    EXPECT_EQ(with("GET", "/bakery/signer/?x"), "index");
    EXPECT_EQ(with("GET", "/bakery/signer/healthz"), "healthz");
    EXPECT_EQ(with("GET", "/healthz"), "healthz");
    EXPECT_EQ(with("PUT", "/bakery/signer/healthz"), "bad_method");
    EXPECT_EQ(with("OPTIONS", "/bakery/signer/keys/tz1x"), "options");
    for (const auto* target : {"/bakery",
                               "/bakery/keys/tz1x",
                               "/signer/keys/tz1x",
                               "/Bakery/signer/keys/tz1x",
                               "/bakery%2Fsigner/keys/tz1x",
                               "/bakery/signer/bakery/signer/keys/tz1x",
                               "/bakery/signerkeys/tz1x",
                               "/x/bakery/signer/keys/tz1x"}) {
        EXPECT_EQ(with("POST", target), "not_found") << target;
    }
    EXPECT_EQ(with("GET", "/bakery/%/keys/tz1x"), "bad_request");
    EXPECT_EQ(name("POST", "/bakery/signer/keys/tz1x"), "not_found");
}

TEST(Routes, APageReadsAndHasNothingSigned) {
    EXPECT_EQ(route_name(for_page(parse_route("POST", "/keys/tz1x?version=3"))), "page_sign");
    for (const auto* target : {"/keys/tz1x", "/authorized_keys", "/healthz", "/", "/nothing"}) {
        EXPECT_EQ(route_name(for_page(parse_route("GET", target))), name("GET", target)) << target;
        EXPECT_EQ(route_name(for_page(parse_route("OPTIONS", target))), name("OPTIONS", target));
    }
}

TEST(Routes, EveryAlternativeHasItsOwnName) {
    std::set<std::string_view> names;
    for (const Route& route : {Route{GetAuthorizedKeys{}},
                               Route{GetKey{}},
                               Route{PostKey{}},
                               Route{PagePostsKey{}},
                               Route{GetKnownKeys{}},
                               Route{BlsProvePossession{}},
                               Route{Healthz{}},
                               Route{Statusz{}},
                               Route{MetricsPage{}},
                               Route{Index{}},
                               Route{NotFound{}},
                               Route{MethodNotAllowed{}},
                               Route{Options{}},
                               Route{NotImplemented{}},
                               Route{BadQuery{}}}) {
        EXPECT_FALSE(route_name(route).empty());
        names.insert(route_name(route));
    }
    EXPECT_EQ(names.size(), std::variant_size_v<Route>);
}

TEST(Routes, AnyBytesGiveSomeRoute) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const std::string letters("/%?&=keysauthnico41:*\0\xff", 23);
    for (int round = 0; round < 20'000; ++round) {
        std::string target;
        for (auto length = random() % 40; length > 0; --length) {
            target += letters[random() % letters.size()];
        }
        EXPECT_FALSE(route_name(parse_route(round % 2 == 0 ? "POST" : "GET", target)).empty());
    }
}

}  // namespace
}  // namespace ledger_bridge::daemon
