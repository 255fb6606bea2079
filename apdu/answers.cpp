// The decoders of instructions.hpp.

#include <algorithm>

#include "apdu/instructions.hpp"

namespace ledger_bridge::apdu {

namespace {

constexpr std::uint8_t kAppInfoFormat = 1;

Error malformed(std::string_view what, ByteView data) {
    return fail(Errc::malformed_answer,
                std::string(what) + " in " + std::to_string(data.size()) + " bytes");
}

bool is_printable(ByteView text) {
    return std::all_of(
        text.begin(), text.end(), [](auto byte) { return byte >= 0x20 && byte < 0x7f; });
}

std::string to_text(ByteView bytes) {
    return {bytes.begin(), bytes.end()};
}

Mark read_mark(ByteReader& reader) {
    Mark mark;
    mark.level.value = reader.u32();
    mark.round.value = reader.u32();
    return mark;
}

}  // namespace

std::string Version::text() const {
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

Result<AppInfo> decode_app_info(ByteView data) {
    ByteReader reader(data);
    const auto format = reader.u8();
    const auto name = reader.bytes(reader.u8());
    const auto version = reader.bytes(reader.u8());
    reader.bytes(reader.u8());  // the flags
    if (!reader.complete() || format != kAppInfoFormat || !is_printable(name) ||
        !is_printable(version)) {
        return malformed("no app name and version", data);
    }
    return AppInfo{to_text(name), to_text(version)};
}

Result<Version> decode_version(ByteView data) {
    ByteReader reader(data);
    Version version;
    version.app_class = reader.u8();
    version.major = reader.u8();
    version.minor = reader.u8();
    version.patch = reader.u8();
    if (!reader.complete()) {
        return malformed("no version", data);
    }
    return version;
}

Result<std::string> decode_git(ByteView data) {
    if (data.empty() || data.back() != 0 || !is_printable(data.first(data.size() - 1))) {
        return malformed("no text", data);
    }
    return to_text(data.first(data.size() - 1));
}

Result<PublicKey> decode_public_key(Curve curve, ByteView data) {
    ByteReader reader(data);
    const auto key = reader.bytes(reader.u8());
    if (!reader.complete()) {
        return malformed("no public key", data);
    }
    return public_key_from_device(curve, key);
}

Result<std::optional<DerivationPath>> decode_auth_key(ByteView data) {
    if (data.size() == 1 && data[0] == 0) {
        return std::optional<DerivationPath>{};
    }
    ByteReader reader(data);
    auto path = DerivationPath::read(reader);
    if (!path || !reader.complete()) {
        return malformed("no path", data);
    }
    return std::optional(std::move(*path));
}

Result<std::optional<AuthorizedKey>> decode_auth_key_with_curve(ByteView data) {
    if (data.empty()) {
        return malformed("no curve and path", data);
    }
    auto path = decode_auth_key(data.subspan(1));
    if (!path) {
        return path.error();
    }
    if (!*path) {
        return std::optional<AuthorizedKey>{};
    }
    const auto curve = curve_from_wire(data[0]);
    if (!curve) {
        return curve.error();
    }
    return std::optional(AuthorizedKey{*curve, std::move(**path)});
}

Result<Mark> decode_main_hwm(ByteView data) {
    ByteReader reader(data);
    const auto mark = read_mark(reader);
    if (!reader.complete()) {
        return malformed("no watermark", data);
    }
    return mark;
}

Result<DeviceMarks> decode_all_hwm(ByteView data) {
    ByteReader reader(data);
    DeviceMarks marks;
    marks.main = read_mark(reader);
    marks.test = read_mark(reader);
    const auto chain = reader.bytes(marks.chain.bytes.size());
    if (!reader.complete()) {
        return malformed("no watermarks", data);
    }
    std::copy(chain.begin(), chain.end(), marks.chain.bytes.begin());
    return marks;
}

Result<DeviceSignature> decode_signature_with_hash(Curve curve, ByteView data) {
    ByteReader reader(data);
    DeviceSignature answer;
    const auto digest = reader.bytes(answer.digest.size());
    if (!reader.ok()) {
        return malformed("no hash and signature", data);
    }
    std::copy(digest.begin(), digest.end(), answer.digest.begin());
    const auto signature = signature_from_device(curve, reader.rest());
    if (!signature) {
        return signature.error();
    }
    answer.signature = *signature;
    return answer;
}

Result<Digest> decode_hmac(ByteView data) {
    Digest digest{};
    if (data.size() != digest.size()) {
        return malformed("no HMAC", data);
    }
    std::copy(data.begin(), data.end(), digest.begin());
    return digest;
}

Result<void> decode_empty(ByteView data) {
    if (!data.empty()) {
        return malformed("unexpected data", data);
    }
    return {};
}

}  // namespace ledger_bridge::apdu
