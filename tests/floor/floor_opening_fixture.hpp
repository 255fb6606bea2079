// A state directory with its marker, in every condition that a disk, a crash or a person can
// leave it in.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/floor_opening.hpp"
#include "daemon/floor/sqlite_store.hpp"
#include "tests/floor/samples.hpp"
#include "tests/floor/temporary_directory.hpp"

namespace ledger_bridge::floor::test {

class FloorOpeningTest : public ::testing::Test {
protected:
    static constexpr std::uint8_t kMarks = 12;

    [[nodiscard]] std::filesystem::path state() const { return directory_.path() / "state"; }
    [[nodiscard]] std::filesystem::path file() const { return state() / kStoreFile; }
    [[nodiscard]] std::filesystem::path log() const { return file().string() + "-wal"; }
    [[nodiscard]] std::filesystem::path marker() const {
        return marker_directory(state()) / "marker";
    }

    [[nodiscard]] Result<OpenFloor> open(Decision decision = Decision::none,
                                         std::string machine = "this machine") const {
        return open_floor(state(), {decision, std::move(machine)});
    }

    // A floor with marks; closed in order.
    void fill() const {
        const auto opened = open();
        ASSERT_TRUE(opened) << opened.error().text();
        sign_all(*opened->store);
    }

    // The same as a killed process leaves it: the last marks are in the log alone.
    void fill_and_crash() const {
        const auto before = directory_.path() / "running";
        {
            const auto opened = open_floor(before, {Decision::none, "this machine"});
            ASSERT_TRUE(opened) << opened.error().text();
            sign_all(*opened->store);
            std::filesystem::copy(before, state());
            std::filesystem::copy(marker_directory(before), marker_directory(state()));
        }
        std::filesystem::remove_all(before);
        std::filesystem::remove_all(marker_directory(before));
    }

    static void sign_all(WatermarkStore& store) {
        for (std::uint8_t number = 0; number < kMarks; ++number) {
            ASSERT_TRUE(store.commit(sample_key(Kind::block, number),
                                     sample_position(100 + number),
                                     sample_digest(number),
                                     sample_time(number)));
        }
    }

    static bool knows_all(WatermarkStore& store) {
        for (std::uint8_t number = 0; number < kMarks; ++number) {
            const auto found = store.find(sample_key(Kind::block, number));
            if (!found || !*found || (*found)->position != sample_position(100 + number) ||
                (*found)->digest != sample_digest(number)) {
                return false;
            }
        }
        return store.marks()->size() == kMarks;
    }

    void expect_refused(Errc code) const {
        const auto opened = open();
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().code, make_error_code(code)) << opened.error().text();
    }

    // True when it was refused. The one thing that must never be: a floor that knows less.
    bool refused_or_whole(const std::string& what) const {
        const auto opened = open();
        EXPECT_TRUE(!opened || knows_all(*opened->store)) << what;
        return !opened;
    }

    // A copy of state and marker that can be put back again and again.
    void keep() const {
        std::filesystem::copy(state(), directory_.path() / "kept");
        std::filesystem::copy(marker_directory(state()), directory_.path() / "kept.marker");
    }
    void put_back() const {
        std::filesystem::remove_all(state());
        std::filesystem::remove_all(marker_directory(state()));
        std::filesystem::copy(directory_.path() / "kept", state());
        std::filesystem::copy(directory_.path() / "kept.marker", marker_directory(state()));
    }

    static std::string read_file(const std::filesystem::path& path) {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    static void write_file(const std::filesystem::path& path, const std::string& bytes) {
        std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
    }

    TemporaryDirectory directory_{memory_root()};
};

}  // namespace ledger_bridge::floor::test
