#include "apdu/baking_app.hpp"

#include <algorithm>

namespace ledger_bridge::apdu {

namespace {

// The refusals that a lost selection can cause. The app signed nothing and its watermark has not
// moved, so the same message may be sent again behind a path packet.
//   917e  the app was started again and has no selection
//   6982  another selection, or no authorised key
//   9405  a command's data lay over the packet index
bool may_be_lost_selection(const error_code& code) {
    return code == StatusWord::no_path_or_too_long || code == StatusWord::unauthorised ||
           code == StatusWord::parse_error;
}

// Refusals that leave the app's selection as it was. After all others it counts as unknown:
// one APDU more is cheap, a signature with another key is not.
bool keeps_selection(StatusWord status) {
    return status == StatusWord::ok || status == StatusWord::watermark_or_bad_data ||
           status == StatusWord::locked || status == StatusWord::refused_by_user;
}

Error with_name(std::string_view name, const Error& error) {
    const auto* separator = error.detail.empty() ? "" : ": ";
    return Error{error.code, std::string(name) + separator + error.detail};
}

// At Level::kEnd and above the app would refuse every message from then on.
Result<void> check_level(Level level) {
    if (level >= Level::kEnd) {
        return fail(Errc::bad_level, std::to_string(level.value));
    }
    return {};
}

}  // namespace

Result<void> check_baking_app(const AppInfo& app) {
    if (app.name == kDashboardName) {
        return fail(Errc::no_app_open, "it shows its dashboard, " + app.name);
    }
    if (app.name != kBakingAppName) {
        return fail(Errc::wrong_app, "'" + app.name + "' is open");
    }
    return {};
}

Result<Bytes> BakingApp::call(const Request& request, const Deadline& deadline) {
    const auto apdu = encode(request.command);
    if (!apdu) {
        return apdu.error();
    }
    const auto message = transport_->exchange(*apdu, deadline);
    if (!message) {
        selected_.reset();
        return with_name(request.name, message.error());
    }
    auto answer = decode_answer(*message);
    if (!answer) {
        selected_.reset();
        return with_name(request.name, answer.error());
    }
    if (!keeps_selection(answer->status)) {
        selected_.reset();
    }
    if (answer->status != StatusWord::ok) {
        return fail(answer->status,
                    std::string(request.name) + " answered " + status_text(answer->status));
    }
    return std::move(answer->data);
}

template <class T>
Result<T> BakingApp::query(const Request& request,
                           const Decoder<T>& decode,
                           const Deadline& deadline) {
    const auto data = call(request, deadline);
    if (!data) {
        return data.error();
    }
    auto value = decode(*data);
    if (!value) {
        return with_name(request.name, value.error());
    }
    return value;
}

Result<void> BakingApp::change(const Request& request, const Deadline& deadline) {
    selected_.reset();
    return query<void>(request, decode_empty, deadline);
}

Result<PublicKey> BakingApp::ask_key(const Request& request,
                                     Curve curve,
                                     const Deadline& deadline) {
    selected_.reset();
    const auto decode = [curve](ByteView data) { return decode_public_key(curve, data); };
    return query<PublicKey>(request, decode, deadline);
}

Result<DeviceSignature> BakingApp::sign(const AuthorizedKey& key,
                                        ByteView message,
                                        const Deadline& deadline) {
    const auto command = sign_with_hash(message);
    if (!command) {
        return command.error();
    }
    const Message wanted{key, *command, blake2b_256(message)};
    if (selected_ != key) {
        return select_and_sign(wanted, deadline);
    }
    auto signature = sign_selected(wanted, deadline);
    if (signature || !may_be_lost_selection(signature.error().code)) {
        return signature;
    }
    return select_and_sign(wanted, deadline);
}

Result<DeviceSignature> BakingApp::select_and_sign(const Message& message,
                                                   const Deadline& deadline) {
    if (const auto selected = select(message.key, deadline); !selected) {
        return selected.error();
    }
    return sign_selected(message, deadline);
}

Result<void> BakingApp::select(const AuthorizedKey& key, const Deadline& deadline) {
    auto selected = change({"SIGN (key)", select_key(key)}, deadline);
    if (selected) {
        selected_ = key;
    }
    return selected;
}

Result<DeviceSignature> BakingApp::sign_selected(const Message& message, const Deadline& deadline) {
    const auto data = call({"SIGN", message.command}, deadline);
    if (!data) {
        return data.error();
    }
    const auto signature = decode_signature_with_hash(message.key.curve, *data);
    if (!signature) {
        selected_.reset();
        return with_name("SIGN", signature.error());
    }
    if (signature->digest != message.digest) {
        selected_.reset();
        return fail(Errc::malformed_answer, "SIGN: the device signed another message than asked");
    }
    return signature;
}

Result<AppInfo> BakingApp::app_info(const Deadline& deadline) {
    return query<AppInfo>({"app info", get_app_info()}, decode_app_info, deadline);
}

Result<Version> BakingApp::version(const Deadline& deadline) {
    return query<Version>({"VERSION", apdu::version()}, decode_version, deadline);
}

Result<std::string> BakingApp::git_description(const Deadline& deadline) {
    return query<std::string>({"GIT", git()}, decode_git, deadline);
}

Result<std::optional<AuthorizedKey>> BakingApp::authorized_key(const Deadline& deadline) {
    auto key = query<std::optional<AuthorizedKey>>(
        {"QUERY_AUTH_KEY_WITH_CURVE", query_auth_key_with_curve()},
        decode_auth_key_with_curve,
        deadline);
    // Release 2.5.0 says "none" with a status word. A tz4 key cannot bake: it is as good as none.
    if (!key && (key.error().code == StatusWord::no_authorised_key ||
                 key.error().code == Errc::bad_curve)) {
        return std::optional<AuthorizedKey>{};
    }
    return key;
}

Result<std::optional<DerivationPath>> BakingApp::authorized_path(const Deadline& deadline) {
    return query<std::optional<DerivationPath>>(
        {"QUERY_AUTH_KEY", query_auth_key()}, decode_auth_key, deadline);
}

Result<DeviceMarks> BakingApp::marks(const Deadline& deadline) {
    return query<DeviceMarks>({"QUERY_ALL_HWM", query_all_hwm()}, decode_all_hwm, deadline);
}

Result<Mark> BakingApp::main_mark(const Deadline& deadline) {
    return query<Mark>({"QUERY_MAIN_HWM", query_main_hwm()}, decode_main_hwm, deadline);
}

Result<PublicKey> BakingApp::public_key(Curve curve,
                                        const DerivationPath& path,
                                        const Deadline& deadline) {
    return ask_key({"GET_PUBLIC_KEY", get_public_key({curve, path})}, curve, deadline);
}

Result<PublicKey> BakingApp::prompt_public_key(Curve curve,
                                               const DerivationPath& path,
                                               const Deadline& deadline) {
    return ask_key({"PROMPT_PUBLIC_KEY", apdu::prompt_public_key({curve, path})}, curve, deadline);
}

Result<PublicKey> BakingApp::setup(const SetupRequest& request, const Deadline& deadline) {
    const auto highest = std::max(request.main_level, request.test_level);
    const auto acceptable = check_level(highest);
    if (!acceptable) {
        return acceptable.error();
    }
    return ask_key({"SETUP", apdu::setup(request)}, request.curve, deadline);
}

Result<void> BakingApp::reset(Level level, const Deadline& deadline) {
    const auto acceptable = check_level(level);
    if (!acceptable) {
        return acceptable.error();
    }
    return change({"RESET", apdu::reset(level)}, deadline);
}

Result<PublicKey> BakingApp::authorize(Curve curve,
                                       const DerivationPath& path,
                                       const Deadline& deadline) {
    return ask_key({"AUTHORIZE_BAKING", authorize_baking({curve, path})}, curve, deadline);
}

Result<PublicKey> BakingApp::authorize_again(Curve curve, const Deadline& deadline) {
    return ask_key({"AUTHORIZE_BAKING", authorize_baking_again(curve)}, curve, deadline);
}

Result<void> BakingApp::deauthorize(const Deadline& deadline) {
    return change({"DEAUTHORIZE", apdu::deauthorize()}, deadline);
}

Result<Digest> BakingApp::hmac(const AuthorizedKey& key,
                               ByteView message,
                               const Deadline& deadline) {
    const auto command = apdu::hmac(key, message);
    if (!command) {
        return command.error();
    }
    selected_.reset();
    return query<Digest>({"HMAC", *command}, decode_hmac, deadline);
}

Result<void> BakingApp::open_app(std::string_view name, const Deadline& deadline) {
    const auto command = apdu::open_app(name);
    if (!command) {
        return command.error();
    }
    return change({"open app", *command}, deadline);
}

Result<void> BakingApp::quit_app(const Deadline& deadline) {
    return change({"quit app", apdu::quit_app()}, deadline);
}

}  // namespace ledger_bridge::apdu
