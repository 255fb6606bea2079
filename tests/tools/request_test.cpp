#include "daemon/admin/request.hpp"

#include <gtest/gtest.h>

#include "daemon/admin/errors.hpp"

namespace ledger_bridge::admin {
namespace {

using nlohmann::json;

TEST(AdminRequest, RoundTripsWithEveryField) {
    const json full{{"command", "setup"},
                    {"device", "tcp://127.0.0.1:9999"},
                    {"curve", "P-256"},
                    {"path", "44h/1729h/1h/0h"},
                    {"chain", "ghostnet"},
                    {"level", 5},
                    {"test_level", 6},
                    {"head", {{"level", 4}, {"chain", "mainnet"}, {"age", 7}}},
                    {"force_lower", true},
                    {"key", "tz1RVYaHiobUKXMfJ47F7Rjxx5tu3LC35WSA"},
                    {"operation", "03ff"}};
    const auto request = read_request(full);
    ASSERT_TRUE(request) << request.error().text();
    EXPECT_EQ(request_json(*request), full);
}

TEST(AdminRequest, RoundTripsWithTheCommandAlone) {
    const json bare{{"command", "status"}};
    EXPECT_EQ(request_json(*read_request(bare)), bare);
}

TEST(AdminRequest, RefusesEveryWrongTypeByTheFieldsName) {
    const json wrong{{"command", 1},
                     {"device", 1},
                     {"curve", 1},
                     {"path", json::array()},
                     {"chain", 7},
                     {"level", "5"},
                     {"test_level", -1},
                     {"head", "x"},
                     {"force_lower", 1},
                     {"key", 1},
                     {"operation", "0x03"}};
    for (const auto& item : wrong.items()) {
        json request{{"command", "setup"}};
        request[item.key()] = item.value();
        const auto read = read_request(request);
        ASSERT_FALSE(read) << item.key();
        EXPECT_EQ(read.error().code, make_error_code(Errc::bad_request));
        EXPECT_NE(read.error().detail.find(item.key()), std::string::npos);
    }
}

TEST(AdminRequest, RefusesUnknownFieldsAndOtherShapes) {
    for (const auto& request : {json{{"command", "setup"}, {"levle", 5}},
                                json::object(),
                                json::array(),
                                json("setup"),
                                json{{"command", "setup"}, {"head", json::object()}}}) {
        const auto read = read_request(request);
        ASSERT_FALSE(read) << request;
        EXPECT_EQ(read.error().code, make_error_code(Errc::bad_request)) << request;
    }
}

TEST(AdminRequest, ValuesAreReadByTheirOwnParsers) {
    EXPECT_EQ(read_request({{"command", "x"}, {"curve", "rsa"}}).error().id(), "bad_curve");
    EXPECT_EQ(read_request({{"command", "x"}, {"path", "a"}}).error().id(), "bad_path");
    EXPECT_EQ(read_request({{"command", "x"}, {"chain", "a"}}).error().id(), "bad_chain_id");
}

TEST(AdminRequest, ALevelBeyond32BitsIsOutOfRange) {
    EXPECT_EQ(read_request({{"command", "x"}, {"level", 0x100000005}}).error().code,
              make_error_code(Errc::level_out_of_range));
}

}  // namespace
}  // namespace ledger_bridge::admin
