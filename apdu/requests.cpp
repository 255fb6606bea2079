// The encoders of instructions.hpp.

#include "apdu/instructions.hpp"

namespace ledger_bridge::apdu {

namespace {

// Numbers of the instructions. Source: the app's doc/apdu.md, where measured to be right.
enum class Ins : std::uint8_t {
    version = 0x00,
    authorize_baking = 0x01,
    get_public_key = 0x02,
    prompt_public_key = 0x03,
    reset = 0x06,
    query_auth_key = 0x07,
    query_main_hwm = 0x08,
    git = 0x09,
    setup = 0x0a,
    query_all_hwm = 0x0b,
    deauthorize = 0x0c,
    query_auth_key_with_curve = 0x0d,
    hmac = 0x0e,
    sign_with_hash = 0x0f,
};

// Classes and instructions of the device's own system, the same in every app.
constexpr std::uint8_t kSystemClass = 0xb0;
constexpr std::uint8_t kAppInfo = 0x01;
constexpr std::uint8_t kQuitApp = 0xa7;
constexpr std::uint8_t kDashboardClass = 0xe0;
constexpr std::uint8_t kOpenApp = 0xd8;

// P1 of SIGN: bit 0 = the message (not the path), bit 7 = its last packet.
constexpr std::uint8_t kPathPacket = 0x00;
constexpr std::uint8_t kOnlyMessagePacket = 0x81;

Command plain(Ins ins) {
    Command command;
    command.ins = static_cast<std::uint8_t>(ins);
    return command;
}

Command with_curve(Ins ins, Curve curve) {
    auto command = plain(ins);
    command.p2 = static_cast<std::uint8_t>(curve);
    return command;
}

Command with_key(Ins ins, const AuthorizedKey& key) {
    auto command = with_curve(ins, key.curve);
    ByteWriter writer;
    key.path.write(writer);
    command.data = writer.take();
    return command;
}

Result<Command> with_limited_data(Command command, ByteView data) {
    command.data.insert(command.data.end(), data.begin(), data.end());
    if (command.data.size() > kMaxDataSize) {
        return fail(Errc::message_too_long,
                    std::to_string(data.size()) + " bytes where the app takes " +
                        std::to_string(kMaxDataSize - (command.data.size() - data.size())));
    }
    return command;
}

}  // namespace

Command get_app_info() {
    return {kSystemClass, kAppInfo};
}

Command quit_app() {
    return {kSystemClass, kQuitApp};
}

Result<Command> open_app(std::string_view name) {
    return with_limited_data({kDashboardClass, kOpenApp}, as_bytes(name));
}

Command version() {
    return plain(Ins::version);
}

Command authorize_baking(const AuthorizedKey& key) {
    return with_key(Ins::authorize_baking, key);
}

Command authorize_baking_again(Curve curve) {
    return with_curve(Ins::authorize_baking, curve);
}

Command get_public_key(const AuthorizedKey& key) {
    return with_key(Ins::get_public_key, key);
}

Command prompt_public_key(const AuthorizedKey& key) {
    return with_key(Ins::prompt_public_key, key);
}

Command select_key(const AuthorizedKey& key) {
    auto command = with_key(Ins::sign_with_hash, key);
    command.p1 = kPathPacket;
    return command;
}

Result<Command> sign_with_hash(ByteView message) {
    auto command = plain(Ins::sign_with_hash);
    command.p1 = kOnlyMessagePacket;
    return with_limited_data(std::move(command), message);
}

Command reset(Level level) {
    auto command = plain(Ins::reset);
    ByteWriter writer;
    writer.u32(level.value);
    command.data = writer.take();
    return command;
}

Command query_auth_key() {
    return plain(Ins::query_auth_key);
}

Command query_main_hwm() {
    return plain(Ins::query_main_hwm);
}

Command git() {
    return plain(Ins::git);
}

Command setup(const SetupRequest& request) {
    auto command = with_curve(Ins::setup, request.curve);
    ByteWriter writer;
    writer.bytes(request.chain.bytes);
    writer.u32(request.main_level.value).u32(request.test_level.value);
    request.path.write(writer);
    command.data = writer.take();
    return command;
}

Command query_all_hwm() {
    return plain(Ins::query_all_hwm);
}

Command deauthorize() {
    return plain(Ins::deauthorize);
}

Command query_auth_key_with_curve() {
    return plain(Ins::query_auth_key_with_curve);
}

Result<Command> hmac(const AuthorizedKey& key, ByteView message) {
    return with_limited_data(with_key(Ins::hmac, key), message);
}

}  // namespace ledger_bridge::apdu
