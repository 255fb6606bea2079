// Opens the state at the start of a program, and never lets an empty one take the place of a lost
// one.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/floor/interchange.hpp"
#include "daemon/floor/local_store.hpp"
#include "daemon/floor/machine_id.hpp"
#include "daemon/floor/state_directory.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::floor {

// What a person has decided, on the command line of this one start.
enum class Decision {
    none,
    first_start,  // begin with nothing signed, although an earlier start left a marker or damage
    adopt_state,  // this state is right, although it is not the one last used here
};

struct FloorWish {
    Decision decision = Decision::none;
    std::optional<std::string> machine = machine_identity();
    Interchange begin_with = {};  // what a floor that is made knows before it has a name
};

struct OpenFloor {
    StateDirectory directory;
    std::unique_ptr<LocalStore> store;
    std::vector<std::string> news;  // what was made, kept aside or adopted; for the log
    bool made = false;              // just now, with begin_with
};

// Locks the state directory, opens its store, and compares it with the marker of the last start
// and with this machine; then writes the marker anew. With neither state nor marker it makes both.
//
// Errors, and the decision that lifts them: state_missing and store_damaged (first_start; a
// damaged file is renamed, never deleted), state_foreign, state_older, state_of_other_machine and
// marker_damaged (adopt_state). A decision that is not needed is refused, so that it cannot stand
// in a script for good: first_start_refused (not where the state is empty, as a making that was
// cut off leaves it), nothing_to_adopt. Also those of StateDirectory, open_sqlite_store and
// MarkerFile.
Result<OpenFloor> open_floor(const std::filesystem::path& state_directory,
                             const FloorWish& wish = {});

}  // namespace ledger_bridge::floor
