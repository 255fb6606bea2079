#include "apdu/animal_names.hpp"

#include <algorithm>

#include "apdu/animal_names_words.hpp"

namespace ledger_bridge::apdu {

namespace {

// The hash as a little-endian number, modulo `size`.
std::size_t remainder(const Digest& hash, std::size_t size) {
    std::size_t result = 0;
    std::for_each(hash.rbegin(), hash.rend(), [&result, size](std::uint8_t byte) {
        result = (result * 256 + byte) % size;
    });
    return result;
}

std::string_view pick(const std::vector<std::string_view>& words, const Digest& hash) {
    return words[remainder(hash, words.size())];
}

std::string name_of(const KeyHash& root) {
    ByteWriter writer;
    writer.u8(static_cast<std::uint8_t>(root.kind)).bytes(root.hash);
    return animal_name_of_bytes(writer.view());
}

}  // namespace

std::string animal_name(const PublicKey& root_ed25519) {
    return name_of(root_ed25519.hash());
}

std::string name_in_words(const std::string& name) {
    const auto root = parse_key_hash(name);
    return root ? name_of(*root) : name;
}

std::string animal_name_of_bytes(ByteView bytes) {
    const auto first = blake2b_256(bytes);
    const auto second = blake2b_256(first);
    const auto third = blake2b_256(second);
    const auto fourth = blake2b_256(third);
    std::string name(pick(adjectives(), first));
    name.append("-").append(pick(animals(), second));
    name.append("-").append(pick(adjectives(), third));
    name.append("-").append(pick(animals(), fourth));
    return name;
}

}  // namespace ledger_bridge::apdu
