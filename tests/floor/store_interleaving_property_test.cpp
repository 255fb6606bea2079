// Two programs on one state file that do whatever the dice say, at every moment.
#include <algorithm>
#include <filesystem>
#include <map>
#include <random>

#include "tests/floor/random_seed.hpp"
#include "tests/floor/store_interleaving_fixture.hpp"

namespace ledger_bridge::floor::test {
namespace {

// The rule said another way: of all that was committed or imported the highest position stays, and
// of each adopted level the highest.
class StoreInterleavingProperty : public StoreInterleaving {
protected:
    std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(dice_() % end); }

    void note_mark(std::uint32_t level) { highest_ = std::max(highest_, level); }

    void commit_elsewhere(std::uint32_t level, std::uint32_t digest) {
        if (put_elsewhere(level, digest)) {
            note_mark(level);
            note_signed(level, digest);
        }
    }
    void note_signed(std::uint32_t level, std::uint32_t digest) {
        const auto [known, first] = signed_.try_emplace(level, digest);
        EXPECT_EQ(known->second, digest) << "two messages of level " << level;
    }
    void adopt_elsewhere(std::uint32_t level) {
        if (level > 0 && adopt_reading(*other_, reading(level))) {
            note_reading(level);
        }
    }
    void note_reading(std::uint32_t level) { read_ = std::max(read_, level); }

    // Half of the time the other program does something at the last moment.
    void arm() {
        const auto level = below(kLevels);
        const auto digest = 1 + below(2);
        switch (below(4)) {
            case 0:
                interrupt_ = [=, this] { commit_elsewhere(level, digest); };
                break;
            case 1:
                interrupt_ = [=, this] { adopt_elsewhere(level); };
                break;
            default:
                interrupt_ = [] {};
        }
    }

    void step() {
        const auto level = below(kLevels);
        const auto digest = 1 + below(2);
        arm();
        switch (below(5)) {
            case 0:
                commit_elsewhere(level, digest);
                break;
            case 1:
                adopt_elsewhere(level);
                break;
            case 2:
                if (put(level, digest)) {
                    note_mark(level);
                    note_signed(level, digest);
                }
                break;
            case 3:
                ASSERT_TRUE(merge(marks_at(level, digest)));
                note_mark(level);
                expect_memory_is_the_file();
                break;
            default:
                if (level > 0) {
                    ASSERT_TRUE(store_->adopt(reading(level)).get());
                    note_reading(level);
                }
        }
        check();
    }

    // Nothing that was used can be used again: it is at or below the mark or the adopted level.
    void check() {
        const auto mark = *other_->find(sample_key());
        ASSERT_EQ(mark ? mark->position.level.value : 0, highest_);
        const auto now = adopted_in_file();
        ASSERT_GE(now, adopted_) << "it became lower";
        ASSERT_GE(std::max(now, highest_), read_) << "a device said more";
        adopted_ = now;
    }

    static constexpr std::uint32_t kLevels = 40;

    std::mt19937 dice_{static_cast<std::uint32_t>(random_seed())};
    std::uint32_t highest_ = 0;
    std::uint32_t read_ = 0;
    std::uint32_t adopted_ = 0;
    std::map<std::uint32_t, std::uint32_t> signed_;
};

TEST_F(StoreInterleavingProperty, NothingBecomesLower) {
    for (int run = 0; run < 100 && !HasFailure(); ++run) {
        highest_ = read_ = adopted_ = 0;
        signed_.clear();
        store_.reset();
        other_.reset();
        for (const auto& file : std::filesystem::directory_iterator(directory_.path())) {
            std::filesystem::remove(file);
        }
        SetUp();
        for (int steps = 0; steps < 15 && !HasFailure(); ++steps) {
            step();
        }
    }
}

}  // namespace
}  // namespace ledger_bridge::floor::test
