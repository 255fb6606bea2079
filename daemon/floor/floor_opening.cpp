#include "daemon/floor/floor_opening.hpp"

#include <sys/random.h>
#include <system_error>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "daemon/floor/directory_sync.hpp"
#include "daemon/floor/disk_full.hpp"
#include "daemon/floor/errors.hpp"
#include "daemon/floor/marker.hpp"
#include "daemon/floor/merge.hpp"
#include "daemon/floor/sqlite_store.hpp"

namespace ledger_bridge::floor {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kIdBytes = 16;
constexpr std::array kSuffixes{"", "-wal", "-journal", "-shm"};
constexpr std::array kHolding{"", "-wal", "-journal"};  // those that can hold a mark

// What is known before the store is opened.
struct Found {
    fs::path store;
    std::optional<Marker> marker;
    std::optional<Error> marker_error;  // it is there but cannot be read as one
    bool store_exists = false;
};

// A log without its file is state, too, if damaged; so is what cannot be looked at.
bool any_file_of(const fs::path& store) {
    return std::any_of(kHolding.begin(), kHolding.end(), [&store](const char* suffix) {
        std::error_code ignored;
        return fs::symlink_status(store.string() + suffix, ignored).type() !=
               fs::file_type::not_found;
    });
}

Result<Found> look(const fs::path& state_directory) {
    Found found;
    found.store = state_directory / kStoreFile;
    found.store_exists = any_file_of(found.store);
    auto marker = MarkerFile::read(marker_directory(state_directory));
    if (marker) {
        found.marker = *std::move(marker);
    } else if (marker.error().code == make_error_code(Errc::marker_damaged)) {
        found.marker_error = marker.error();
    } else {
        return marker.error();
    }
    return found;
}

Result<void> check_not_missing(const Found& found, Decision decision) {
    const bool started_before = found.marker || found.marker_error;
    if (found.store_exists || !started_before || decision == Decision::first_start) {
        return {};
    }
    return fail(Errc::state_missing,
                found.store.string() + " is not there, but its marker is: " +
                    (marker_directory(found.store.parent_path()).string()));
}

std::string new_id() {
    std::array<std::uint8_t, kIdBytes> random{};
    // Up to 256 bytes are never cut short once the kernel has been seeded.
    if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
        return {};
    }
    return to_hex(random);
}

bool is_damage(const Error& error) {
    return error.code == make_error_code(Errc::store_damaged);
}

// All files of the store under another name, which says when.
Result<std::string> keep_aside(const fs::path& store) {
    const auto aside = fmt::format(
        "{}.damaged-{:%Y%m%dT%H%M%S}Z",
        store.string(),
        fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
    for (const auto* suffix : kSuffixes) {
        std::error_code error;
        if (fs::exists(fs::symlink_status(store.string() + suffix, error))) {
            fs::rename(store.string() + suffix, aside + suffix, error);
        }
        if (error && error != std::errc::no_such_file_or_directory) {
            return fail(Errc::store_unavailable,
                        "renaming " + store.string() + ": " + error.message());
        }
    }
    if (const auto synced = sync_directory(store.parent_path()); !synced) {
        return synced.error();
    }
    return aside;
}

struct OpenedStore {
    std::unique_ptr<LocalStore> store;
    bool made = false;   // just now, empty
    bool empty = false;  // no name and no mark: its making was cut off, and it was never used
};

Result<OpenedStore> open_in(const fs::path& directory, bool made) {
    auto store = open_sqlite_store(directory);
    if (!store) {
        return store.error();
    }
    const auto known = contents_of(**store);
    if (!known) {
        return known.error();
    }
    const bool empty = !known->floor && known->marks.empty() && known->adopted.empty();
    return OpenedStore{*std::move(store), made, empty};
}

// The store; with first_start a new one in the place of a missing or damaged one.
Result<OpenedStore> open_store(const Found& found,
                               Decision decision,
                               std::vector<std::string>& news) {
    const auto directory = found.store.parent_path();
    auto opened = open_in(directory, !found.store_exists);
    if (decision != Decision::first_start || !found.store_exists) {
        return opened;
    }
    if (opened) {
        opened->made = opened->empty;
        return opened->empty
                   ? std::move(opened)
                   : fail(Errc::first_start_refused, found.store.string() + " is there and sound");
    }
    if (!is_damage(opened.error())) {
        return opened;
    }
    const auto aside = keep_aside(found.store);
    if (!aside) {
        return aside.error();
    }
    news.push_back("the damaged file was kept as " + *aside);
    return open_in(directory, true);
}

// Who the store says it is.
struct Identity {
    std::optional<std::string> floor;
    std::optional<std::string> machine;
};

Result<Identity> read_identity(LocalStore& store) {
    auto floor = store.fact(kFloorFact);
    if (!floor) {
        return floor.error();
    }
    auto machine = store.fact(kMachineFact);
    if (!machine) {
        return machine.error();
    }
    return Identity{*std::move(floor), *std::move(machine)};
}

// What speaks against this store; nothing when it is the one that was last used here.
std::optional<Error> doubt(const Found& found,
                           const Identity& identity,
                           const OpenedStore& opened,
                           const FloorWish& wish) {
    if (found.marker_error) {
        return found.marker_error;
    }
    if (identity.machine && wish.machine && identity.machine != wish.machine) {
        return fail(Errc::state_of_other_machine, found.store.string());
    }
    if (found.marker && !identity.floor) {
        return fail(Errc::state_older, found.store.string() + " is from before it had a name");
    }
    if (found.marker && found.marker->floor != identity.floor) {
        return fail(Errc::state_foreign,
                    fmt::format("{} is floor {}, the marker is of floor {}",
                                found.store.string(),
                                *identity.floor,
                                found.marker->floor));
    }
    const auto writes = opened.store->writes_found();
    if (found.marker && writes < found.marker->writes) {
        return fail(Errc::state_older,
                    fmt::format("{} has seen {} writes, the marker {}",
                                found.store.string(),
                                writes,
                                found.marker->writes));
    }
    return std::nullopt;
}

// Whoever adopts gets a new name, so that the copies cannot be mistaken for each other.
Result<std::string> settle_identity(LocalStore& store,
                                    const Identity& identity,
                                    const FloorWish& wish,
                                    bool rename) {
    const auto floor = identity.floor && !rename ? *identity.floor : new_id();
    if (floor.empty()) {
        return fail(Errc::store_unavailable, "the system gives no random numbers");
    }
    if (wish.machine && identity.machine != wish.machine) {
        if (const auto set = store.set_fact(kMachineFact, *wish.machine); !set) {
            return set.error();
        }
    }
    if (identity.floor != floor) {
        if (const auto set = store.set_fact(kFloorFact, floor); !set) {
            return set.error();
        }
    }
    return floor;
}

// A new file takes the place of the old one, so that a full disk needs the reserve for it.
Result<MarkerFile> write_marker(const fs::path& directory,
                                const std::string& floor,
                                LocalStore& store) {
    const Marker marker{floor, store.writes()};
    auto written = MarkerFile::write(directory, marker);
    if (!written && is_full(written.error()) && store.release_reserve()) {
        written = MarkerFile::write(directory, marker);
    }
    return written;
}

// The store as the one of this directory and machine, unless that is doubtful and not decided.
Result<void> recognise(const OpenedStore& opened,
                       const Found& found,
                       const FloorWish& wish,
                       std::vector<std::string>& news) {
    auto& store = *opened.store;
    const auto identity = read_identity(store);
    if (!identity) {
        return identity.error();
    }
    const auto doubted = opened.made ? std::nullopt : doubt(found, *identity, opened, wish);
    const bool adopt = wish.decision == Decision::adopt_state;
    if (doubted && !adopt) {
        return *doubted;
    }
    if (adopt && !doubted) {
        return fail(Errc::nothing_to_adopt, found.store.string());
    }
    if (opened.made) {
        if (const auto begun = merge_into(store, wish.begin_with, {}); !begun) {
            return begun.error();
        }
    }
    const auto floor = settle_identity(store, *identity, wish, adopt);
    if (!floor) {
        return floor.error();
    }
    auto marker = write_marker(found.store.parent_path(), *floor, store);
    if (!marker) {
        return marker.error();
    }
    store.note_writes_in(std::move(*marker));
    if (opened.made) {
        news.push_back(fmt::format("{}: made floor {}",
                                   wish.begin_with.marks.empty()
                                       ? "nothing is known to be signed"
                                       : "begun with marks from elsewhere",
                                   *floor));
    } else if (adopt) {
        news.push_back("adopted as floor " + *floor + " although " + doubted->text());
    }
    return {};
}

}  // namespace

Result<OpenFloor> open_floor(const fs::path& state_directory, const FloorWish& wish) {
    auto found = look(state_directory);
    if (!found) {
        return found.error();
    }
    // Before the directory is made: its disk may not be mounted.
    if (const auto there = check_not_missing(*found, wish.decision); !there) {
        return there.error();
    }
    auto directory = StateDirectory::create(state_directory);
    if (!directory) {
        return directory.error();
    }
    found = look(directory->path());  // nobody else changes it from here on
    if (!found) {
        return found.error();
    }
    if (const auto there = check_not_missing(*found, wish.decision); !there) {
        return there.error();
    }
    std::vector<std::string> news;
    auto opened = open_store(*found, wish.decision, news);
    if (!opened) {
        return opened.error();
    }
    if (const auto known = recognise(*opened, *found, wish, news); !known) {
        return known.error();
    }
    return OpenFloor{
        std::move(*directory), std::move(opened->store), std::move(news), opened->made};
}

}  // namespace ledger_bridge::floor
