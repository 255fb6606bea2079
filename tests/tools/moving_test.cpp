#include "daemon/admin/moving.hpp"

#include <gtest/gtest.h>

#include "daemon/admin/errors.hpp"
#include "daemon/floor/errors.hpp"

namespace ledger_bridge::admin {
namespace {

using nlohmann::json;

constexpr WallTime kWritten{std::chrono::seconds{1'600'000'000}};
constexpr auto* kKey = "tz1gjaF81ZRRvdzjobyfVNsAeSC6PScjfQwN";
constexpr auto* kChain = "NetXdQprcVkpaWU";

MarksFile octez_file(const std::string& kind, int level) {
    const json mark{{"level", level}, {"hash", std::string(64, 'a')}};
    return {"dir/" + kind + "_high_watermarks", json{{kChain, {{kKey, mark}}}}.dump(), kWritten};
}

TEST(ImportRequest, ArrivesAsItWasSent) {
    const auto read = read_import(
        import_request({octez_file("block", 5), octez_file("attestation", 6)}, {.dry_run = true}));
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_TRUE(read->wish.dry_run);
    EXPECT_FALSE(read->wish.take_back);
    ASSERT_EQ(read->content.marks.size(), 2U);
    EXPECT_EQ(read->content.marks[0].mark.position.level.value, 5U);
    EXPECT_EQ(read->content.marks[1].key.kind, floor::Kind::attestation);
    EXPECT_EQ(read->content.marks[1].mark.time, kWritten);
}

TEST(ImportRequest, NamesTheFileThatIsNotUnderstood) {
    const auto read =
        read_import(import_request({octez_file("block", 5), octez_file("reveal", 6)}, {}));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, make_error_code(floor::Errc::bad_interchange));
    EXPECT_TRUE(read.error().detail.starts_with("dir/reveal_high_watermarks: "))
        << read.error().detail;
}

MarksFile own_file(const std::string& floor, bool with_mark) {
    json content{{"format", "ledger-bridge-watermarks"}, {"version", 1}, {"floor", floor}};
    content["marks"] = json::array();
    if (with_mark) {
        content["marks"].push_back({{"chain", kChain},
                                    {"key", kKey},
                                    {"kind", "block"},
                                    {"level", 5},
                                    {"round", 0},
                                    {"time", 0}});
    }
    return {"marks.json", content.dump(), kWritten};
}

// Files are told to be of a floor when no other has a mark among them.
TEST(ImportRequest, IsOfAFloorWhenAllMarksAre) {
    const auto floor_of = [](const std::vector<MarksFile>& files) {
        const auto read = read_import(import_request(files, {.take_back = true}));
        EXPECT_TRUE(read && read->wish.take_back && !read->wish.dry_run);
        return read ? read->content.floor : "unread";
    };
    const auto here = own_file(std::string(32, 'A'), true);
    const auto there = own_file(std::string(32, 'b'), true);
    const auto there_without = own_file(std::string(32, 'b'), false);
    const auto octez = octez_file("block", 5);
    const std::string name(32, 'a');
    EXPECT_EQ(floor_of({here}), name);
    EXPECT_EQ(floor_of({here, here, there_without}), name);
    EXPECT_EQ(floor_of({there_without, here}), name);
    for (const auto& other : {there, octez}) {
        EXPECT_EQ(floor_of({here, other}), std::nullopt);
        EXPECT_EQ(floor_of({other, here}), std::nullopt);
        EXPECT_EQ(floor_of({other, here, here}), std::nullopt);
    }
    EXPECT_EQ(floor_of({octez}), std::nullopt);
}

TEST(ImportRequest, RefusesEveryOtherShapeByTheFieldsName) {
    const json good = import_request({octez_file("block", 5)}, {});
    ASSERT_TRUE(read_import(good));
    const std::vector<std::pair<std::string, json>> wrong{
        {"files", nullptr},
        {"files", json::array()},
        {"files", "x"},
        {"files", {5}},
        {"files", {{{"name", "x"}, {"text", "{}"}}}},
        {"files", {{{"name", 5}, {"text", "{}"}, {"written", 0}}}},
        {"files", {{{"name", "x"}, {"text", "{}"}, {"written", -1}}}},
        {"files", {{{"name", "x"}, {"text", "{}"}, {"written", 9223372036854775807}}}},
        {"files", {{{"name", "x"}, {"text", "{}"}, {"written", 0}, {"more", 0}}}},
        {"dry_run", 1},
        {"take_back", "yes"},
        {"dry-run", true}};
    for (const auto& [field, value] : wrong) {
        auto request = good;
        request[field] = value;
        const auto read = read_import(request);
        ASSERT_FALSE(read) << request;
        EXPECT_EQ(read.error().code, make_error_code(Errc::bad_request)) << request;
        EXPECT_NE(read.error().detail.find(field), std::string::npos) << read.error().detail;
    }
}

}  // namespace
}  // namespace ledger_bridge::admin
