#include "tools/emulator/keys/seed.hpp"

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include <openssl/evp.h>

#include "driver/base/bytes.hpp"
#include "tools/emulator/errors.hpp"

namespace ledger_bridge::emulator {

namespace {

constexpr int kRounds = 2048;

std::vector<std::string> split(std::string_view text) {
    std::istringstream stream{std::string(text)};
    std::vector<std::string> words;
    for (std::string word; stream >> word;) {
        words.push_back(word);
    }
    return words;
}

bool is_word(const std::string& word) {
    return std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

std::string join(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) {
        text += (text.empty() ? "" : " ") + word;
    }
    return text;
}

}  // namespace

Result<Seed> seed_from_mnemonic(std::string_view words) {
    const auto list = split(words);
    if (list.size() < 12 || list.size() > 24 || list.size() % 3 != 0) {
        return fail(Errc::bad_mnemonic, std::to_string(list.size()) + " words");
    }
    const auto wrong = std::find_if_not(list.begin(), list.end(), is_word);
    if (wrong != list.end()) {
        return fail(Errc::bad_mnemonic,
                    "word " + std::to_string(wrong - list.begin() + 1) + " has more than a to z");
    }
    const auto password = join(list);
    const auto salt = as_bytes("mnemonic");
    Seed seed{};
    if (PKCS5_PBKDF2_HMAC(password.data(),
                          static_cast<int>(password.size()),
                          salt.data(),
                          static_cast<int>(salt.size()),
                          kRounds,
                          EVP_sha512(),
                          static_cast<int>(seed.size()),
                          seed.data()) != 1) {
        return fail(Errc::bad_mnemonic, "PBKDF2 failed");
    }
    return seed;
}

}  // namespace ledger_bridge::emulator
