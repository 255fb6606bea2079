// Marks from elsewhere: whatever comes in whatever order, nothing that was used is signed again.
#include "daemon/floor/merge.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "tests/floor/random_seed.hpp"
#include "tests/floor/samples.hpp"

namespace ledger_bridge::floor::test {
namespace {

constexpr int kRuns = 3000;

class Dice {
public:
    explicit Dice(int seed) : engine_(static_cast<std::uint32_t>(seed)) {}
    std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(engine_() % end); }

    // So few values that most marks meet another one; digest 0 is the unknown one.
    StoredMark mark() {
        const auto kind = static_cast<Kind>(below(2));
        const auto key = sample_key(kind, static_cast<std::uint8_t>(below(2)));
        return {key,
                {sample_position(below(3), below(2)), sample_digest(below(3)), {}, sample_time(0)}};
    }
    AdoptedLevel level() {
        return sample_adopted(below(4),
                              below(2) == 0 ? ChainScope::Kind::only : ChainScope::Kind::all);
    }
    // Of several files: marks of one key stand several times.
    Interchange content() {
        Interchange content;
        for (auto count = below(6); count > 0; --count) {
            content.marks.push_back(mark());
            content.adopted.push_back(level());
        }
        return content;
    }

private:
    std::mt19937 engine_;
};

// A store that holds what was merged into it.
struct Floor {
    std::map<MarkKey, SignedMark> marks;
    std::map<AdoptedKey, AdoptedLevel> adopted;

    Floor& take(const Interchange& incoming) {
        std::vector<StoredMark> stored;
        for (const auto& [key, mark] : marks) {
            stored.push_back({key, mark});
        }
        std::vector<AdoptedLevel> levels;
        for (const auto& [key, level] : adopted) {
            levels.push_back(level);
        }
        const auto merge = merge_marks(stored, levels, incoming);
        for (const auto& [key, mark] : merge.marks) {
            marks.insert_or_assign(key, mark);
        }
        for (const auto& level : merge.adopted) {
            adopted.insert_or_assign(key_of(level), level);
        }
        return *this;
    }

    bool operator==(const Floor& other) const {
        return std::equal(marks.begin(),
                          marks.end(),
                          other.marks.begin(),
                          other.marks.end(),
                          [](const auto& left, const auto& right) {
                              return left.first == right.first &&
                                     left.second.position == right.second.position &&
                                     left.second.digest == right.second.digest;
                          }) &&
               std::equal(adopted.begin(),
                          adopted.end(),
                          other.adopted.begin(),
                          other.adopted.end(),
                          [](const auto& left, const auto& right) {
                              return left.first == right.first &&
                                     left.second.level == right.second.level;
                          });
    }
};

// The rule said another way: the highest position; its digest if all who were there agree on one.
std::map<MarkKey, SignedMark> expected(const Interchange& all) {
    std::map<MarkKey, SignedMark> highest;
    for (const auto& [key, mark] : all.marks) {
        auto& known = highest.try_emplace(key, mark).first->second;
        known.position = std::max(known.position, mark.position);
    }
    for (auto& [key, known] : highest) {
        std::vector<apdu::Digest> digests;
        for (const auto& [other, mark] : all.marks) {
            if (other == key && mark.position == known.position) {
                digests.push_back(mark.digest);
            }
        }
        const bool agreed = std::count(digests.begin(), digests.end(), digests[0]) ==
                            static_cast<std::ptrdiff_t>(digests.size());
        known.digest = agreed ? digests[0] : kUnknownDigest;
    }
    return highest;
}

Interchange both(const Interchange& left, const Interchange& right) {
    auto all = left;
    all.marks.insert(all.marks.end(), right.marks.begin(), right.marks.end());
    all.adopted.insert(all.adopted.end(), right.adopted.begin(), right.adopted.end());
    return all;
}

class MergeProperty : public ::testing::Test {
protected:
    template <class Check>
    void for_many(Check check) {
        for (int run = 0; run < kRuns && !HasFailure(); ++run) {
            const auto left = dice_.content();
            const auto right = dice_.content();
            check(left, right);
        }
    }

    Dice dice_{random_seed()};
};

TEST_F(MergeProperty, OrderDoesNotMatter) {
    for_many([](const Interchange& left, const Interchange& right) {
        EXPECT_TRUE(Floor().take(left).take(right) == Floor().take(right).take(left));
    });
}

TEST_F(MergeProperty, OneImportOfAllFilesIsTheSameAsOneByOne) {
    for_many([](const Interchange& left, const Interchange& right) {
        EXPECT_TRUE(Floor().take(both(left, right)) == Floor().take(left).take(right));
    });
}

TEST_F(MergeProperty, TheSameAgainChangesNothing) {
    for_many([](const Interchange& left, const Interchange& right) {
        auto floor = Floor().take(left).take(right);
        const auto once = floor;
        EXPECT_TRUE(floor.take(right).take(left) == once);
    });
}

TEST_F(MergeProperty, NothingBecomesLower) {
    for_many([](const Interchange& left, const Interchange& right) {
        const auto before = Floor().take(left);
        const auto after = Floor(before).take(right);
        for (const auto& [key, mark] : before.marks) {
            EXPECT_GE(after.marks.at(key).position, mark.position);
        }
        for (const auto& [key, level] : before.adopted) {
            EXPECT_GE(after.adopted.at(key).level, level.level);
        }
    });
}

TEST_F(MergeProperty, TheHighestPositionCountsAndItsDigestIfAllAgree) {
    for_many([](const Interchange& left, const Interchange& right) {
        const auto floor = Floor().take(left).take(right);
        const auto wanted = expected(both(left, right));
        ASSERT_EQ(floor.marks.size(), wanted.size());
        for (const auto& [key, mark] : wanted) {
            EXPECT_EQ(floor.marks.at(key).position, mark.position);
            EXPECT_EQ(floor.marks.at(key).digest, mark.digest);
        }
        for (const auto& level : both(left, right).adopted) {
            EXPECT_GE(floor.adopted.at(key_of(level)).level, level.level);
        }
    });
}

// What the whole is for: no message is signed that differs from one that anybody signed there.
TEST_F(MergeProperty, NothingThatWasUsedIsSignedAgain) {
    for_many([this](const Interchange& left, const Interchange& right) {
        const auto floor = Floor().take(left).take(right);
        const auto wanted = dice_.mark();
        Payload payload;
        payload.kind = wanted.key.kind;
        payload.level = wanted.mark.position.level;
        payload.round = wanted.mark.position.round;
        payload.digest = sample_digest(1 + dice_.below(2));  // a message has one
        KnownMarks known;
        if (const auto stored = floor.marks.find(wanted.key); stored != floor.marks.end()) {
            known.signed_mark = stored->second;
        }
        if (!decide(payload, known)) {
            return;
        }
        for (const auto& [key, used] : both(left, right).marks) {
            EXPECT_TRUE(key != wanted.key || used.position < wanted.mark.position ||
                        (used.position == wanted.mark.position && used.digest == payload.digest));
        }
    });
}

TEST(Merge, CountsWhatItDoes) {
    const auto mark = [](std::uint8_t key, std::uint32_t level, std::uint32_t digest) {
        return StoredMark{sample_key(Kind::block, key),
                          {sample_position(level), sample_digest(digest), {}, sample_time(0)}};
    };
    const std::vector<StoredMark> stored{
        mark(0, 5, 1), mark(1, 5, 1), mark(2, 5, 1), mark(3, 5, 1)};
    Interchange incoming;
    incoming.marks = {mark(0, 6, 2), mark(1, 4, 2), mark(2, 5, 2), mark(4, 1, 1)};
    const auto merge = merge_marks(stored, {}, incoming);
    EXPECT_EQ(merge.added, 1U);
    EXPECT_EQ(merge.raised, 1U);
    EXPECT_EQ(merge.unchanged, 1U);
    ASSERT_EQ(merge.without_digest.size(), 1U);
    EXPECT_EQ(merge.without_digest[0].key, sample_key(Kind::block, 2));
    EXPECT_EQ(merge.marks.size(), 3U);
}

TEST(Merge, AMarkWithoutDigestRepeatsNoSignature) {
    SignedMark signed_here{
        sample_position(5), sample_digest(1), sample_signature(1), sample_time(0)};
    auto elsewhere = signed_here;
    elsewhere.digest = sample_digest(2);
    Interchange incoming;
    incoming.marks = {{sample_key(), elsewhere}};
    const std::vector<StoredMark> stored{{sample_key(), signed_here}};
    const auto merge = merge_marks(stored, {}, incoming);
    ASSERT_EQ(merge.marks.size(), 1U);
    EXPECT_FALSE(merge.marks[0].mark.signature);
}

}  // namespace
}  // namespace ledger_bridge::floor::test
