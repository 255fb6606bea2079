#include "tests/emulator/device_fixture.hpp"

#include <fmt/format.h>

namespace ledger_bridge::emulator {

namespace {

constexpr std::uint8_t kSetup = 0x0a;
constexpr std::uint8_t kSign = 0x04;
constexpr std::uint8_t kQueryAllHwm = 0x0b;

Bytes vote(std::uint8_t magic,
           std::uint8_t tag,
           std::uint32_t chain,
           std::uint32_t level,
           std::uint32_t round) {
    ByteWriter message;
    message.u8(magic).u32(chain).bytes(Bytes(32, 0xb4)).u8(tag).u16(7);
    return message.u32(level).u32(round).bytes(Bytes(32, 0xb1)).take();
}

void manager_fields(ByteWriter& writer, std::uint8_t tag, const KeyPair& source, std::uint8_t fee) {
    writer.u8(tag).u8(source.tezos_tag()).bytes(source.hash());
    writer.u8(fee).u8(0x0a).u8(0x90).u8(0x4e).u8(0);  // fee, counter, gas limit 10,000, storage
}

std::string text(const std::optional<Answer>& answer) {
    if (!answer) {
        return "silence";
    }
    const auto hex = to_hex(answer->bytes);
    const auto data = hex.substr(0, hex.size() - 4);
    return data + (data.empty() ? "" : " ") + hex.substr(hex.size() - 4);
}

}  // namespace

KeyRing& trial_keys() {
    static KeyRing keys(seed_from_mnemonic(kDefaultMnemonic).value());
    return keys;
}

Path default_path() {
    return {4, {kHardened | 44U, kHardened | 1729U, kHardened, kHardened}};
}

std::shared_ptr<const KeyPair> trial_key(Curve curve) {
    return trial_keys().find(curve, default_path());
}

Bytes bytes_of(std::string_view hex) {
    return from_hex(hex).value();
}

Bytes command(std::uint8_t ins, std::uint8_t p1, std::uint8_t p2, ByteView data) {
    const auto size = static_cast<std::uint8_t>(data.size());
    return ByteWriter().u8(0x80).u8(ins).u8(p1).u8(p2).u8(size).bytes(data).take();
}

Bytes command(std::uint8_t ins, std::uint8_t p1, std::uint8_t p2, std::string_view hex) {
    return command(ins, p1, p2, ByteView(bytes_of(hex)));
}

Bytes block(std::uint32_t chain, std::uint32_t level, std::uint32_t round) {
    ByteWriter message;
    message.u8(0x11).u32(chain).u32(level).bytes(Bytes(1 + 32 + 8 + 1 + 32, 0x0b));
    message.u32(33).u32(1).u8(2).u32(4).u32(level).u32(0).u32(4).u32(0xffffffff);
    return message.u32(4).u32(round).bytes(Bytes(78, 0x0c)).take();
}

Bytes preattestation(std::uint32_t chain, std::uint32_t level, std::uint32_t round) {
    return vote(0x12, 0x14, chain, level, round);
}

Bytes attestation(std::uint32_t chain, std::uint32_t level, std::uint32_t round) {
    return vote(0x13, 0x15, chain, level, round);
}

Bytes reveal(const KeyPair& key, std::uint8_t fee) {
    ByteWriter writer;
    manager_fields(writer, 0x6b, key, fee);
    return writer.u8(key.tezos_tag()).bytes(key.compressed()).take();
}

Bytes delegation(const KeyPair& source, const KeyHash& delegate, std::uint8_t fee) {
    ByteWriter writer;
    manager_fields(writer, 0x6e, source, fee);
    return writer.u8(0xff).u8(source.tezos_tag()).bytes(delegate).take();
}

Bytes withdrawal(const KeyPair& source) {
    ByteWriter writer;
    manager_fields(writer, 0x6e, source, 100);
    return writer.u8(0).take();
}

Bytes group(ByteView operations) {
    return ByteWriter().u8(0x03).bytes(Bytes(32, 0xb4)).bytes(operations).take();
}

std::string TestDevice::send(const Bytes& bytes) {
    return text(device.exchange(bytes));
}

std::string TestDevice::status(const Bytes& bytes) {
    const auto answer = send(bytes);
    return answer == "silence" ? answer : answer.substr(answer.size() - 4);
}

std::string TestDevice::setup(std::uint32_t chain,
                              std::uint32_t main,
                              std::uint32_t test,
                              std::string_view path,
                              std::uint8_t curve) {
    const auto data = ByteWriter().u32(chain).u32(main).u32(test).bytes(bytes_of(path)).take();
    return status(command(kSetup, 0, curve, data));
}

std::string TestDevice::select(std::string_view path, std::uint8_t curve) {
    return status(command(kSign, 0, curve, path));
}

std::string TestDevice::sign(const Bytes& message) {
    return status(command(kSign, 0x81, 0, message));
}

std::string TestDevice::marks() {
    const auto answer = device.exchange(command(kQueryAllHwm, 0, 0)).value().bytes;
    ByteReader reader(answer);
    const auto main_level = reader.u32();
    const auto main_round = reader.u32();
    const auto test_level = reader.u32();
    return fmt::format("{} {} {} {}", main_level, main_round, test_level, reader.u32());
}

}  // namespace ledger_bridge::emulator
