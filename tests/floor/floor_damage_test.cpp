// Whatever a disk does to state, log or marker: the floor is whole, or it is refused.

#include <functional>
#include <random>

#include "tests/floor/floor_opening_fixture.hpp"
#include "tests/floor/random_seed.hpp"

namespace ledger_bridge::floor {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSector = 512;

class FloorDamageTest : public test::FloorOpeningTest {
protected:
    // Cuts `path` at every sector; gives how often that was refused, of how many.
    std::pair<int, int> cut_everywhere(const fs::path& path) const {
        put_back();
        const auto whole = read_file(path);
        int refused = 0;
        int cuts = 0;
        for (std::size_t size = 0; size < whole.size(); size += kSector, ++cuts) {
            put_back();
            write_file(path, whole.substr(0, size));
            refused += refused_or_whole("cut to " + std::to_string(size)) ? 1 : 0;
        }
        return {refused, cuts};
    }

    // Turns `flips` random bits of `path`, one at a time; gives how often that was refused.
    int flip_everywhere(const fs::path& path, int flips) const {
        const auto seed = test::random_seed();
        std::mt19937_64 random(static_cast<std::uint64_t>(seed));
        put_back();
        const auto whole = read_file(path);
        int refused = 0;
        for (int flip = 0; flip < flips; ++flip) {
            put_back();
            auto altered = whole;
            const auto offset = random() % whole.size();
            altered[offset] = static_cast<char>(altered[offset] ^ (1 << random() % 8));
            write_file(path, altered);
            refused += refused_or_whole("seed " + std::to_string(seed) + " offset " +
                                        std::to_string(offset))
                           ? 1
                           : 0;
        }
        return refused;
    }
};

TEST_F(FloorDamageTest, AFileCutAnywhereIsRefusedOrHarmless) {
    fill();
    keep();
    const auto [refused, cuts] = cut_everywhere(file());
    EXPECT_GE(refused, cuts - 8);  // the end of the last page may be unused
    EXPECT_GT(cuts, 20);
}

TEST_F(FloorDamageTest, AFlippedBitOfTheFileIsRefusedOrHarmless) {
    fill();
    keep();
    EXPECT_GT(flip_everywhere(file(), 500), 10);
}

TEST_F(FloorDamageTest, ALogCutAnywhereIsRefused) {
    fill_and_crash();
    keep();
    EXPECT_FALSE(refused_or_whole("untouched"));
    const auto [refused, cuts] = cut_everywhere(log());
    EXPECT_GE(refused, cuts - 1);  // the last sector may hold what an earlier round left
    EXPECT_GT(cuts, 20);
}

TEST_F(FloorDamageTest, AFlippedBitOfTheLogIsRefusedOrHarmless) {
    fill_and_crash();
    keep();
    EXPECT_GT(flip_everywhere(log(), 500), 100);
}

TEST_F(FloorDamageTest, AMissingLogIsRefused) {
    fill_and_crash();
    fs::remove(log());
    expect_refused(Errc::state_older);
}

TEST_F(FloorDamageTest, AMissingIndexOfTheLogIsHarmless) {
    fill_and_crash();
    fs::remove(file().string() + "-shm");
    EXPECT_FALSE(refused_or_whole("without -shm"));
}

TEST_F(FloorDamageTest, AnEmptyFileIsRefused) {
    fill();
    write_file(file(), "");
    expect_refused(Errc::store_damaged);
}

TEST_F(FloorDamageTest, AMarkerCutAnywhereIsNeverTakenForNone) {
    fill();
    keep();
    const auto whole = read_file(marker());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        put_back();
        fs::remove_all(state());
        write_file(marker(), whole.substr(0, size));
        const auto opened = open();
        ASSERT_FALSE(opened) << size;
        EXPECT_EQ(opened.error().code, make_error_code(Errc::state_missing)) << size;
    }
}

TEST_F(FloorDamageTest, AMarkerWithoutAWholeLineIsRefusedAndCanBeAdopted) {
    fill();
    write_file(marker(), "something else\n");
    expect_refused(Errc::marker_damaged);
    const auto adopted = open(Decision::adopt_state);
    ASSERT_TRUE(adopted) << adopted.error().text();
    EXPECT_TRUE(knows_all(*adopted->store));
}

TEST_F(FloorDamageTest, OneTornLineOfTheMarkerIsNoDamage) {
    fill();
    keep();
    const auto whole = read_file(marker());
    for (const std::size_t offset : {std::size_t{70}, whole.size() / 2 + 70}) {
        put_back();
        auto torn = whole;
        torn[offset] = 'x';
        write_file(marker(), torn);
        EXPECT_FALSE(refused_or_whole("offset " + std::to_string(offset)));
    }
}

// What note() promises: the process may die right after the write.
TEST_F(FloorDamageTest, TheMarkerKnowsEveryWriteOfAProcessThatWasKilled) {
    fill_and_crash();
    const auto noted = MarkerFile::read(marker_directory(state()));
    ASSERT_TRUE(noted && *noted);
    const auto opened = open_sqlite_store(state());
    ASSERT_TRUE(opened);
    EXPECT_EQ((*noted)->writes + 1, (*opened)->writes());  // opening writes once
}

}  // namespace
}  // namespace ledger_bridge::floor
