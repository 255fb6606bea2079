#include "daemon/identify.hpp"

#include "apdu/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

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

// Fills in the authorised key.
Result<void> read_authorized(apdu::BakingApp& app, const Deadline& deadline, DeviceFacts& facts) {
    auto authorized = app.authorized_key(deadline);
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

Result<DeviceFacts> read_device(apdu::BakingApp& app, const Deadline& deadline) {
    DeviceFacts facts;
    const auto identity = ask_identity(app, deadline.at_most(kProbeTime), deadline);
    if (!identity) {
        return identity.error();
    }
    facts.app = identity->app;
    facts.name = identity->name;
    if (const auto read = read_authorized(app, deadline, facts); !read) {
        return read.error();
    }
    return facts;
}

// After the marks, whose two readings show that the answers belong to the questions.
Result<std::string> build_of(apdu::BakingApp& app,
                             const DeviceFacts& facts,
                             const std::optional<DeviceFacts>& known,
                             GitQuestion& git,
                             const Deadline& deadline) {
    if (known && known->name == facts.name && known->app == facts.app) {
        return known->git;
    }
    return git.ask(app, deadline.at_most(kProbeTime));
}

bool same_device(const DeviceFacts& left, const DeviceFacts& right) {
    return left.name == right.name && left.authorized == right.authorized && left.key == right.key;
}

Result<DeviceFacts> agreed_device(apdu::BakingApp& app,
                                  const std::optional<DeviceFacts>& known,
                                  const Deadline& deadline) {
    auto first = read_device(app, deadline);
    if (!first || (known && same_device(*first, *known))) {
        return first;
    }
    auto second = read_device(app, deadline);
    if (second && !same_device(*second, *first)) {
        return fail(apdu::Errc::malformed_answer, "two readings of the authorised key differ");
    }
    return second;
}

}  // namespace

Result<DeviceFacts> identify(apdu::BakingApp& app,
                             const std::optional<DeviceFacts>& known,
                             GitQuestion& git,
                             const Deadline& deadline) {
    auto facts = agreed_device(app, known, deadline);
    if (!facts) {
        return facts;
    }
    auto marks = agreed_marks(app, deadline);
    if (!marks) {
        return marks.error();
    }
    facts->marks = *marks;
    auto build = build_of(app, *facts, known, git, deadline);
    if (!build) {
        return build.error();
    }
    facts->git = *build;
    if (facts->authorized) {
        if (const auto selected = app.select(*facts->authorized, deadline); !selected) {
            return selected.error();
        }
    }
    return facts;
}

}  // namespace ledger_bridge::daemon
