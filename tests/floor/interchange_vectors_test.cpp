// Files of watermarks, good and bad, each with what a floor knows before and after; tests/data
// has them, the tests are named after them.
#include <fstream>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/interchange.hpp"
#include "daemon/floor/merge.hpp"

namespace ledger_bridge::floor {
namespace {

using nlohmann::json;

constexpr WallTime kWritten{std::chrono::seconds{1'600'000'000}};

struct Vector {
    std::string name;
    json content;
};

void PrintTo(const Vector& vector, std::ostream* out) {
    *out << vector.name;
}

std::vector<Vector> vectors() {
    std::ifstream file(TEST_DATA "/interchange/vectors.json");
    std::vector<Vector> all;
    for (const auto& one : json::parse(file, nullptr, false)) {
        all.push_back({one["name"], one});
    }
    return all;
}

std::string text_of(const json& file) {
    if (file.contains("hex")) {
        const auto bytes = from_hex(file["hex"].get<std::string>()).value();
        return {bytes.begin(), bytes.end()};
    }
    return file.contains("text") ? file["text"].get<std::string>() : file["json"].dump();
}

// Everything of all files, as one import has it.
Result<Interchange> read_all(const json& files) {
    Interchange all;
    for (const auto& file : files) {
        const auto one = parse_marks_file(file["name"].get<std::string>(), text_of(file), kWritten);
        if (!one) {
            return one.error();
        }
        all.marks.insert(all.marks.end(), one->marks.begin(), one->marks.end());
        all.adopted.insert(all.adopted.end(), one->adopted.begin(), one->adopted.end());
    }
    return all;
}

// What the vector says of the floor before; our own format, which others of these vectors check.
Interchange floor_before(const json& vector) {
    const json file{{"format", "ledger-bridge-watermarks"},
                    {"version", 1},
                    {"marks", vector.value("floor", json::array())},
                    {"adopted", vector.value("floor_adopted", json::array())}};
    return parse_marks_file("floor", file.dump(), kWritten).value();
}

json shown(const StoredMark& stored) {
    json out{{"chain", stored.key.chain.text()},
             {"key", stored.key.key.text()},
             {"kind", kind_name(stored.key.kind)},
             {"level", stored.mark.position.level.value},
             {"round", stored.mark.position.round.value}};
    if (stored.mark.digest != kUnknownDigest) {
        out["digest"] = to_hex(stored.mark.digest);
    }
    return out;
}

template <class Items>
std::set<json> shown_all(const Items& items) {
    std::set<json> all;
    for (const auto& one : items) {
        all.insert(shown(one));
    }
    return all;
}

std::set<json> as_set(const json& array) {
    return {array.begin(), array.end()};
}

// The rows of the store after the merge was written.
Interchange after(const Interchange& before, const Merge& merge) {
    std::map<MarkKey, StoredMark> marks;
    std::map<AdoptedKey, AdoptedLevel> adopted;
    for (const auto* list : {&before.marks, &merge.marks}) {
        for (const auto& one : *list) {
            marks.insert_or_assign(one.key, one);
        }
    }
    for (const auto* list : {&before.adopted, &merge.adopted}) {
        for (const auto& one : *list) {
            adopted.insert_or_assign(key_of(one), one);
        }
    }
    Interchange floor;
    for (const auto& [key, mark] : marks) {
        floor.marks.push_back(mark);
    }
    for (const auto& [key, level] : adopted) {
        floor.adopted.push_back(level);
    }
    return floor;
}

json reparsed(const Interchange& content) {
    return json::parse(interchange_text(content));
}

class InterchangeVector : public ::testing::TestWithParam<Vector> {};

TEST_P(InterchangeVector, HasItsOutcome) {
    const auto& vector = GetParam().content;
    const auto read = read_all(vector["files"]);
    if (vector.contains("error")) {
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().id(), vector["error"].get<std::string>());
        EXPECT_NE(read.error().detail.find(vector["says"].get<std::string>()), std::string::npos)
            << read.error().detail;
        return;
    }
    ASSERT_TRUE(read) << read.error().text();
    const auto before = floor_before(vector);
    const auto merge = merge_marks(before.marks, before.adopted, *read);
    const auto floor = after(before, merge);
    EXPECT_EQ(shown_all(floor.marks), as_set(vector["after"]));
    EXPECT_EQ(as_set(reparsed(floor)["adopted"]),
              as_set(vector.value("adopted_after", json::array())));
    EXPECT_EQ(shown_all(merge.without_digest),
              as_set(vector.value("without_digest", json::array())));
    // What is exported then is read as the same again.
    const auto text = interchange_text(floor);
    const auto again = parse_marks_file("export.json", text, kWritten);
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(interchange_text(*again), text);
}

INSTANTIATE_TEST_SUITE_P(Data,
                         InterchangeVector,
                         ::testing::ValuesIn(vectors()),
                         [](const auto& one) { return one.param.name; });

TEST(InterchangeVectors, AreManyOfBothSorts) {
    std::size_t good = 0;
    std::size_t bad = 0;
    for (const auto& vector : vectors()) {
        ++(vector.content.contains("error") ? bad : good);
    }
    EXPECT_GE(good, 60U);
    EXPECT_GE(bad, 60U);
}

TEST(Interchange, KeepsTheTimesOfItsOwnAndGivesOthersThatOfTheFile) {
    const auto own = vectors().at(1).content["files"][0];
    const auto ours = parse_marks_file("export.json", text_of(own), kWritten).value();
    EXPECT_EQ(ours.marks.at(0).mark.time, WallTime(std::chrono::microseconds{1700000000000000}));
    const auto others = parse_marks_file(
        "block_high_watermarks",
        R"({"NetXdQprcVkpaWU":{"tz1gjaF81ZRRvdzjobyfVNsAeSC6PScjfQwN":{"level":5,)"
        R"("hash":"0000000000000000000000000000000000000000000000000000000000000001"}}})",
        kWritten);
    ASSERT_TRUE(others) << others.error().text();
    EXPECT_EQ(others->marks.at(0).mark.time, kWritten);
}

}  // namespace
}  // namespace ledger_bridge::floor
