// The file behind the flash.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/emulator/device_fixture.hpp"
#include "tools/emulator/errors.hpp"
#include "tools/emulator/rig/nvram_file.hpp"

namespace ledger_bridge::emulator {

namespace {

namespace fs = std::filesystem;

BakingData sample() {
    return {kMainnet,
            {101, 4, true, false},
            {0xffffffff, 0, false, true},
            KeyId{Curve::p256, default_path()},
            false};
}

class Nvram : public ::testing::Test {
protected:
    Nvram()
        : folder_(fs::path(::testing::TempDir()) /
                  ::testing::UnitTest::GetInstance()->current_test_info()->name()) {
        fs::remove_all(folder_);
        fs::create_directories(folder_);
    }
    ~Nvram() override { fs::remove_all(folder_); }

    [[nodiscard]] fs::path path(std::string_view name = "nvram.json") const {
        return folder_ / name;
    }

private:
    fs::path folder_;
};

}  // namespace

TEST_F(Nvram, ReadsBackWhatItWrote) {
    for (const auto& data : {sample(), BakingData{}}) {
        const NvramFile file(path());
        ASSERT_TRUE(file.save(data));
        EXPECT_EQ(file.load().value(), data);
    }
}

TEST_F(Nvram, LeavesNothingBesideTheFile) {
    ASSERT_TRUE(NvramFile(path()).save(sample()));
    EXPECT_EQ(std::distance(fs::directory_iterator(path().parent_path()), {}), 1);
}

TEST_F(Nvram, SurvivesWhatACrashLeftBeside) {
    ASSERT_TRUE(NvramFile(path()).save(sample()));
    std::ofstream(path("nvram.json.new")) << "{\"form";
    EXPECT_EQ(NvramFile(path()).load().value(), sample());
    ASSERT_TRUE(NvramFile(path()).save(BakingData{}));
    EXPECT_EQ(NvramFile(path()).load().value(), BakingData{});
}

TEST_F(Nvram, IsAFreshDeviceWithoutAFile) {
    EXPECT_EQ(NvramFile(path()).load().value(), BakingData{});
}

TEST_F(Nvram, SaysWhenTheFileCannotBeWritten) {
    const auto saved = NvramFile(path("missing/nvram.json")).save(sample());
    ASSERT_FALSE(saved);
    EXPECT_EQ(saved.error().code, make_error_code(Errc::nvram_not_written));
}

TEST_F(Nvram, SaysWhenTheFileIsAFolder) {
    const auto loaded = NvramFile(path().parent_path()).load();
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, make_error_code(Errc::nvram_unreadable));
}

TEST_F(Nvram, NamesTheDamagedFile) {
    std::ofstream(path()) << "{}";
    const auto loaded = NvramFile(path()).load();
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, make_error_code(Errc::nvram_damaged));
    EXPECT_EQ(loaded.error().detail, path().string());
}

TEST_F(Nvram, RefusesEveryTruncation) {
    const auto text = nvram_to_text(sample());
    for (std::size_t size = 0; size + 2 < text.size(); ++size) {
        EXPECT_FALSE(nvram_from_text(text.substr(0, size))) << size;
    }
}

TEST_F(Nvram, RefusesEveryMissingFieldAndEveryFieldOfAnotherType) {
    const auto whole = nlohmann::json::parse(nvram_to_text(sample())).flatten();
    for (const auto& [name, value] : whole.items()) {
        for (const nlohmann::json& wrong : {nlohmann::json("text"),
                                            nlohmann::json(-1),
                                            nlohmann::json(4294967296),
                                            nlohmann::json(1.5)}) {
            auto changed = whole;
            changed[name] = wrong;
            EXPECT_FALSE(nvram_from_text(changed.unflatten().dump())) << name << ' ' << wrong;
        }
    }
    for (const auto* const name : {"format", "chain_id", "main", "test", "key", "hwm_enabled"}) {
        auto changed = whole.unflatten();
        changed.erase(name);
        EXPECT_FALSE(nvram_from_text(changed.dump())) << name;
    }
}

TEST_F(Nvram, RefusesAPathThatIsNone) {
    auto object = nlohmann::json::parse(nvram_to_text(sample()));
    object["key"]["path"] = nlohmann::json::array();
    EXPECT_FALSE(nvram_from_text(object.dump()));
    object["key"]["path"] = std::vector<int>(11, 1);
    EXPECT_FALSE(nvram_from_text(object.dump()));
    object["key"] = nullptr;
    EXPECT_TRUE(nvram_from_text(object.dump()));
}

TEST_F(Nvram, RefusesWhatIsNoObject) {
    for (const auto* const text : {"", "[]", "1", "null", "{\"main\":[]}", "\xff\xfe"}) {
        EXPECT_FALSE(nvram_from_text(text)) << text;
    }
}

}  // namespace ledger_bridge::emulator
