#include "tests/tools/fake_device.hpp"

#include <algorithm>

#include "apdu/status_word.hpp"
#include "driver/errors.hpp"

namespace ledger_bridge::admin {

namespace {

constexpr std::uint8_t kReset = 0x06;
constexpr std::uint8_t kSetup = 0x0a;
constexpr std::uint8_t kSign = 0x0f;
constexpr std::uint8_t kLastPacket = 0x81;
constexpr std::string_view kRawKey =
    "1dbfcc527042205a12508a62f37a72080e512c9338a9e7db3adeb6cae73e3ca5";

Bytes with_status(ByteWriter writer, apdu::StatusWord status = apdu::StatusWord::ok) {
    writer.u16(static_cast<std::uint16_t>(status));
    return writer.take();
}

Bytes status_only(apdu::StatusWord status) {
    return with_status({}, status);
}

Bytes key_answer() {
    ByteWriter writer;
    writer.u8(0x21).u8(0x02).bytes(*from_hex(kRawKey));
    return with_status(std::move(writer));
}

Bytes marks_answer(const apdu::DeviceMarks& marks) {
    ByteWriter writer;
    for (const auto& mark : {marks.main, marks.test}) {
        writer.u32(mark.level.value).u32(mark.round.value);
    }
    writer.bytes(marks.chain.bytes);
    return with_status(std::move(writer));
}

Bytes authorized_answer(const std::optional<apdu::AuthorizedKey>& key) {
    ByteWriter writer;
    if (!key) {
        writer.u16(0);
        return with_status(std::move(writer));
    }
    writer.u8(static_cast<std::uint8_t>(key->curve));
    key->path.write(writer);
    return with_status(std::move(writer));
}

Bytes path_answer(const std::optional<apdu::AuthorizedKey>& key) {
    ByteWriter writer;
    if (key) {
        key->path.write(writer);
    } else {
        writer.u8(0);
    }
    return with_status(std::move(writer));
}

}  // namespace

apdu::PublicKey fake_key() {
    return apdu::public_key_from_raw(apdu::KeyKind::tz1, *from_hex(kRawKey)).value();
}

std::ptrdiff_t FakeDevice::count(std::uint8_t instruction) const {
    return std::count(instructions.begin(), instructions.end(), instruction);
}

Result<Bytes> FakeDevice::exchange(ByteView apdu, const Deadline& deadline) {
    ByteReader reader(apdu);
    reader.u8();
    const auto instruction = reader.u8();
    const auto p1 = reader.u8();
    const auto p2 = reader.u8();
    reader.u8();
    instructions.push_back(instruction);
    auto bytes =
        locked ? status_only(apdu::StatusWord::locked) : answer(instruction, reader, p1, p2);
    const bool signs = instruction == kSign && p1 == kLastPacket;
    time_to_sign = signs ? deadline.remaining() : time_to_sign;
    const bool prompts = instruction == kSetup || instruction == kReset || signs;
    return loses_answers && prompts ? Result<Bytes>(fail(driver::Errc::timed_out)) : bytes;
}

Bytes FakeDevice::answer(std::uint8_t instruction,
                         ByteReader& data,
                         std::uint8_t p1,
                         std::uint8_t p2) {
    switch (instruction) {
        case 0x02:
            return key_answer();
        case kReset:
            return reset(data);
        case 0x07:
            return path_answer(authorized);
        case kSetup:
            return setup(data, static_cast<apdu::Curve>(p2));
        case 0x0b:
            return marks_answer(marks);
        case 0x0c:
            authorized.reset();
            return status_only(apdu::StatusWord::ok);
        case 0x0d:
            return authorized_answer(authorized);
        case kSign:
            return sign(data, p1);
        default:
            return status_only(apdu::StatusWord::unknown_instruction);
    }
}

Bytes FakeDevice::setup(ByteReader& data, apdu::Curve curve) {
    on_prompt();
    if (rejects) {
        return status_only(apdu::StatusWord::refused_by_user);
    }
    apdu::DeviceMarks wanted;
    const auto chain = data.bytes(4);
    std::copy(chain.begin(), chain.end(), wanted.chain.bytes.begin());
    wanted.main.level.value = data.u32();
    wanted.test.level.value = data.u32();
    authorized = apdu::AuthorizedKey{curve, apdu::DerivationPath::read(data).value()};
    const auto old = marks;
    marks = keeps_old_marks ? old : wanted;
    marks.test = keeps_old_test_mark ? old.test : marks.test;
    return key_answer();
}

Bytes FakeDevice::reset(ByteReader& data) {
    on_prompt();
    if (rejects) {
        return status_only(apdu::StatusWord::refused_by_user);
    }
    if (!keeps_old_marks) {
        marks.main = marks.test = {apdu::Level{data.u32()}, {}};
    }
    return status_only(apdu::StatusWord::ok);
}

Bytes FakeDevice::sign(ByteReader& data, std::uint8_t p1) {
    if (p1 != kLastPacket) {
        return status_only(apdu::StatusWord::ok);
    }
    on_prompt();
    if (rejects) {
        return status_only(apdu::StatusWord::refused_by_user);
    }
    marks.test.round = round_after_signing;
    return with_status(ByteWriter().bytes(apdu::blake2b_256(data.rest())).bytes(signature));
}

}  // namespace ledger_bridge::admin
