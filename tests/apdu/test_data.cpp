#include "tests/apdu/test_data.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace ledger_bridge::apdu {

namespace {

nlohmann::json read_json(const std::filesystem::path& path) {
    std::ifstream file(path);
    return nlohmann::json::parse(file);
}

bool was_answered(const nlohmann::json& entry) {
    return entry.contains("apdu") && !entry["sw"].is_null();
}

std::vector<Exchange> read_recording(const std::filesystem::path& path) {
    std::vector<Exchange> exchanges;
    for (const auto& entry : read_json(path)) {
        if (!was_answered(entry)) {
            continue;
        }
        Exchange exchange;
        exchange.where = path.filename().string() + ": " + entry["name"].get<std::string>();
        exchange.apdu = unhex(entry["apdu"]);
        exchange.data = unhex(entry["response"]);
        const auto status = unhex(entry["sw"]);
        exchange.status = ByteReader(status).u16();
        exchange.entry = entry;
        exchanges.push_back(std::move(exchange));
    }
    return exchanges;
}

}  // namespace

const nlohmann::json& signer_vectors() {
    static const auto vectors = read_json(TEST_DATA "/signer_vectors.json");
    return vectors;
}

Bytes unhex(const nlohmann::json& text) {
    return from_hex(text.get<std::string>()).value();
}

std::vector<std::vector<Exchange>> recordings() {
    std::vector<std::filesystem::path> paths;
    for (const auto& file : std::filesystem::directory_iterator(TEST_DATA "/transcripts")) {
        paths.push_back(file.path());
    }
    std::sort(paths.begin(), paths.end());
    std::vector<std::vector<Exchange>> all;
    for (const auto& path : paths) {
        all.push_back(read_recording(path));
    }
    return all;
}

}  // namespace ledger_bridge::apdu
