#include "daemon/identify.hpp"

#include "apdu/animal_names.hpp"
#include "apdu/errors.hpp"
#include "daemon/errors.hpp"
#include "driver/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

constexpr std::string_view kBakingApp = "Tezos Baking";

Result<apdu::AppInfo> baking_app_info(apdu::BakingApp& app, const Deadline& deadline) {
    auto info = app.app_info(deadline.at_most(kProbeTime));
    if (!info && info.error().code == make_error_code(driver::Errc::timed_out)) {
        return fail(Errc::prompting, "the device does not answer");
    }
    if (info && info->name != kBakingApp) {
        return fail(apdu::Errc::wrong_app, "'" + info->name + "' is open");
    }
    return info;
}

Result<apdu::DeviceMarks> agreed_marks(apdu::BakingApp& app, const Deadline& deadline) {
    const auto first = app.marks(deadline);
    if (!first) {
        return first.error();
    }
    auto second = app.marks(deadline);
    if (second && !(*second == *first)) {
        return fail(apdu::Errc::malformed_answer, "two readings of the watermarks differ");
    }
    return second;
}

Result<std::string> seed_name(apdu::BakingApp& app, const Deadline& deadline) {
    const auto root = app.public_key(apdu::Curve::ed25519, apdu::DerivationPath::root(), deadline);
    if (!root) {
        return root.error();
    }
    return apdu::animal_name(*root);
}

// Fills in the authorised key.
Result<void> read_authorized(apdu::BakingApp& app, const Deadline& deadline, DeviceFacts& facts) {
    auto authorized = app.authorized_key(deadline);
    if (!authorized && authorized.error().code == make_error_code(apdu::Errc::bad_curve)) {
        return {};  // a tz4 key, which cannot bake: as good as none, and setup-ledger replaces it
    }
    if (!authorized) {
        return authorized.error();
    }
    facts.authorized = *authorized;
    if (!facts.authorized) {
        return {};
    }
    auto key = app.public_key(facts.authorized->curve, facts.authorized->path, deadline);
    if (!key) {
        return key.error();
    }
    facts.key = *key;
    return {};
}

}  // namespace

Result<DeviceFacts> identify(apdu::BakingApp& app, const Deadline& deadline) {
    DeviceFacts facts;
    auto info = baking_app_info(app, deadline);
    if (!info) {
        return info.error();
    }
    facts.app = *info;
    auto name = seed_name(app, deadline);
    if (!name) {
        return name.error();
    }
    facts.name = *name;
    if (const auto read = read_authorized(app, deadline, facts); !read) {
        return read.error();
    }
    auto marks = agreed_marks(app, deadline);
    if (!marks) {
        return marks.error();
    }
    facts.marks = *marks;
    if (facts.authorized) {
        if (const auto selected = app.select(*facts.authorized, deadline); !selected) {
            return selected.error();
        }
    }
    return facts;
}

}  // namespace ledger_bridge::daemon
