#include "tools/common/host_state.hpp"

#include <filesystem>

#include "daemon/floor/adoption.hpp"
#include "daemon/floor/errors.hpp"
#include "daemon/floor/floor_opening.hpp"
#include "daemon/floor/sqlite_store.hpp"

namespace ledger_bridge::tools {

namespace {

// An empty directory would become an empty floor, which allows everything.
Result<void> check_store_exists(const std::filesystem::path& directory) {
    std::error_code status;
    if (!std::filesystem::exists(directory / floor::kStoreFile, status)) {
        return fail(floor::Errc::no_state_directory,
                    (directory / floor::kStoreFile).string() +
                        (status ? ": " + status.message() : " does not exist"));
    }
    return {};
}

bool tolerable(const Error& error, Need need) {
    return need != Need::floor && error.code == make_error_code(floor::Errc::no_state_directory);
}

}  // namespace

Result<HostState> HostState::open(const std::optional<std::string>& state_dir, Need need) {
    HostState state;
    const auto path = floor::find_state_directory(floor::state_places(state_dir));
    const auto exists = path ? check_store_exists(*path) : path.error();
    if (!exists) {
        return tolerable(exists.error(), need) ? Result<HostState>(std::move(state))
                                               : exists.error();
    }
    auto opened = floor::open_floor(*path);
    if (!opened) {
        return opened.error();
    }
    state.directory_.emplace(std::move(opened->directory));
    state.store_ = std::move(opened->store);
    return state;
}

admin::ReadMarks HostState::reader() const {
    return [this]() -> Result<std::vector<floor::StoredMark>> {
        return store_ ? store_->marks() : fail(floor::Errc::no_state_directory);
    };
}

admin::ReadAdopted HostState::adopted_reader() const {
    return [this]() -> Result<std::vector<floor::AdoptedLevel>> {
        return store_ ? store_->adopted() : fail(floor::Errc::no_state_directory);
    };
}

Result<floor::Interchange> HostState::contents() const {
    return store_ ? floor::contents_of(*store_) : fail(floor::Errc::no_state_directory);
}

Result<floor::Interchange> HostState::hand_over(const Clock& clock) const {
    if (!store_) {
        return fail(floor::Errc::no_state_directory);
    }
    const auto kept = floor::hand_over(*store_, clock.wall());
    return kept ? contents() : kept.error();
}

Result<floor::AuditProof> HostState::prove_audit() const {
    return directory_ ? floor::prove_audit(directory_->path())
                      : fail(floor::Errc::no_state_directory);
}

Result<void> HostState::adopt(const floor::DeviceReading& reading) const {
    return store_ ? floor::adopt_reading(*store_, reading) : Result<void>();
}

admin::HandedOver HostState::handed_over_reader() const {
    return [this]() -> Result<bool> {
        const auto fact =
            store_ ? store_->fact(floor::kHandedOverFact) : fail(floor::Errc::no_state_directory);
        return fact ? Result<bool>(fact->has_value()) : fact.error();
    };
}

admin::KeepForgotten HostState::forgotten_keeper() const {
    return [this](const floor::DeviceReading& reading) -> Result<void> {
        return store_ ? floor::adopt_before_operation(*store_, reading)
                      : fail(floor::Errc::no_state_directory);
    };
}

admin::KeepSetup HostState::setup_keeper() const {
    return [this](const floor::DeviceReading& reading,
                  const std::vector<floor::AdoptedLevel>& foreseen) -> Result<void> {
        return store_ ? floor::adopt_setup(*store_, reading, foreseen)
                      : fail(floor::Errc::no_state_directory);
    };
}

}  // namespace ledger_bridge::tools
