// The framing vectors of the protocol notes, "hid" in signer_vectors.json.

#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "driver/frame.hpp"

namespace ledger_bridge::driver {
namespace {

constexpr Channel kChannel{0x0101};

nlohmann::json hid_vectors() {
    std::ifstream file(TEST_DATA "/signer_vectors.json");
    return nlohmann::json::parse(file)["hid"];
}

Bytes bytes_of(const nlohmann::json& hex) {
    return from_hex(hex.get<std::string>()).value();
}

std::vector<std::string> hex_of(const std::vector<Report>& reports) {
    std::vector<std::string> texts;
    for (const auto& report : reports) {
        texts.push_back(to_hex(report));
    }
    return texts;
}

Bytes assemble(const nlohmann::json& reports) {
    Assembler assembler(kChannel);
    std::optional<Bytes> message;
    for (const auto& report : reports) {
        message = assembler.add(bytes_of(report)).value();
    }
    return message.value();
}

TEST(FrameVectors, EncodesTheRequests) {
    const auto vectors = hid_vectors();
    EXPECT_EQ(hex_of(encode(kChannel, bytes_of(vectors["apdu_select"]))),
              vectors["reports_select"].get<std::vector<std::string>>());
    EXPECT_EQ(hex_of(encode(kChannel, bytes_of(vectors["apdu_data"]))),
              vectors["reports_data"].get<std::vector<std::string>>());
}

TEST(FrameVectors, AssemblesTheAnswers) {
    const auto vectors = hid_vectors();
    EXPECT_EQ(to_hex(assemble(vectors["rsp_select_reports"])), "9000");
    EXPECT_EQ(assemble(vectors["rsp_data_reports"]), bytes_of(vectors["rsp_data"]));
}

}  // namespace
}  // namespace ledger_bridge::driver
