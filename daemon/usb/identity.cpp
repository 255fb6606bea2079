#include "daemon/usb/identity.hpp"

#include "apdu/animal_names.hpp"
#include "apdu/status_word.hpp"
#include "daemon/errors.hpp"
#include "driver/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

Result<apdu::AppInfo> baking_app_info(apdu::BakingApp& app, const Deadline& probe) {
    auto info = app.app_info(probe);
    if (!info && info.error().code == make_error_code(driver::Errc::timed_out)) {
        return fail(Errc::prompting, "the device does not answer");
    }
    if (!info) {
        return info;
    }
    if (const auto baking = apdu::check_baking_app(*info); !baking) {
        return baking.error();
    }
    return info;
}

bool of_the_transport(const error_code& code) {
    return code.category() == make_error_code(driver::Errc::disconnected).category();
}

}  // namespace

Result<std::string> GitQuestion::ask(apdu::BakingApp& app, const Deadline& deadline) {
    if (!asks_) {
        return std::string{};
    }
    auto git = app.git_description(deadline);
    if (git) {
        return git;
    }
    const auto& code = git.error().code;
    asks_ = !of_the_transport(code);
    const bool matters = !asks_ || code == make_error_code(apdu::StatusWord::locked);
    return matters ? git : Result<std::string>(std::string{});
}

Result<Identity> ask_identity(apdu::BakingApp& app,
                              const Deadline& probe,
                              const Deadline& deadline) {
    const auto info = baking_app_info(app, probe);
    if (!info) {
        return info.error();
    }
    const auto root = app.public_key(apdu::Curve::ed25519, apdu::DerivationPath::root(), deadline);
    if (!root) {
        return root.error();
    }
    return Identity{*info, apdu::animal_name(*root)};
}

}  // namespace ledger_bridge::daemon
