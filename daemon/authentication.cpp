#include "daemon/authentication.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "apdu/digest.hpp"
#include "daemon/authorized_keys.hpp"
#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

constexpr std::uint8_t kAuthenticatedRequest = 0x04;
constexpr std::uint8_t kSignRequest = 0x01;
constexpr std::int64_t kSecond = 1'000'000'000;  // in nanoseconds

std::int64_t nanoseconds(const timespec& time) {
    return time.tv_sec * kSecond + time.tv_nsec;
}

}  // namespace

Bytes signed_request(const apdu::KeyHash& key, ByteView message) {
    ByteWriter request;
    request.u8(kAuthenticatedRequest).u8(kSignRequest);
    request.u8(static_cast<std::uint8_t>(key.kind)).bytes(key.hash).bytes(message);
    return request.take();
}

Result<Authentication> Authentication::open(std::filesystem::path file) {
    Authentication authentication(std::move(file));
    authentication.read_version_ = authentication.version();
    auto keys = authentication.read();
    if (!keys) {
        return keys.error();
    }
    if (keys->empty()) {
        return fail(Errc::bad_authorized_keys, authentication.file_.string() + ": it has no key");
    }
    authentication.keys_ = std::move(*keys);
    return authentication;
}

Result<apdu::KeyHash> Authentication::check(const apdu::KeyHash& key,
                                            ByteView message,
                                            const Credential& credential) {
    if (!credential) {
        return fail(Errc::authentication_missing);
    }
    if (!*credential) {
        return fail(Errc::authentication_invalid, credential->error().code.message());
    }
    refresh();
    const auto digest = apdu::blake2b_256(signed_request(key, message));
    const auto shown = std::find_if(keys_.begin(), keys_.end(), [&](const auto& one) {
        return apdu::verify(one, digest, **credential);
    });
    return shown == keys_.end() ? fail(Errc::authentication_invalid)
                                : Result<apdu::KeyHash>(shown->hash());
}

std::vector<apdu::KeyHash> Authentication::key_hashes() {
    refresh();
    std::vector<apdu::KeyHash> hashes;
    for (const auto& key : keys_) {
        hashes.push_back(key.hash());
    }
    return hashes;
}

void Authentication::refresh() {
    const auto now = version();
    if (now == read_version_) {
        return;
    }
    read_version_ = now;
    auto keys = read();
    if (!keys) {
        spdlog::error("{}; the keys read before stay authorised", keys.error().text());
        return;
    }
    keys_ = std::move(*keys);
    spdlog::info("{}: {} keys may ask for signatures", file_.string(), keys_.size());
}

Result<std::vector<apdu::PublicKey>> Authentication::read() const {
    std::ifstream stream(file_, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream.is_open() || stream.bad()) {
        return fail(Errc::bad_authorized_keys, file_.string() + ": it cannot be read");
    }
    if (names_nobody(text)) {
        return std::vector<apdu::PublicKey>{};
    }
    auto keys = parse_authorized_keys(text);
    if (!keys) {
        return fail(Errc::bad_authorized_keys,
                    fmt::format("{}: {}", file_.string(), keys.error().detail));
    }
    return keys;
}

Authentication::Version Authentication::version() const {
    struct stat file {};
    if (::stat(file_.c_str(), &file) != 0) {
        return {};
    }
    return {.device = file.st_dev,
            .inode = file.st_ino,
            .size = file.st_size,
            .modified = nanoseconds(file.st_mtim),
            .changed = nanoseconds(file.st_ctim)};
}

}  // namespace ledger_bridge::daemon
