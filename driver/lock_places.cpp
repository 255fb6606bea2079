#include <unistd.h>

#include <cstdlib>

#include "driver/device_lock.hpp"

namespace ledger_bridge::driver {

LockPlaces lock_places() {
    LockPlaces places;
    const char* runtime =
        std::getenv("XDG_RUNTIME_DIR");  // NOLINT(concurrency-mt-unsafe): before any thread
    if (runtime != nullptr && *runtime != '\0') {
        places.xdg_runtime_dir = runtime;
    }
    places.root = ::geteuid() == 0;
    return places;
}

}  // namespace ledger_bridge::driver
