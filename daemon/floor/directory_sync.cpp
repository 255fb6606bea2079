#include "daemon/floor/directory_sync.hpp"

#include <fcntl.h>
#include <system_error>
#include <unistd.h>

#include <cerrno>

#include "daemon/floor/errors.hpp"

namespace ledger_bridge::floor {

Result<void> sync_directory(const std::filesystem::path& directory) {
    const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
    const auto reason = synced ? std::string() : std::generic_category().message(errno);
    if (descriptor >= 0) {
        ::close(descriptor);
    }
    if (!synced) {
        return fail(Errc::store_unavailable, "saving " + directory.string() + ": " + reason);
    }
    return {};
}

}  // namespace ledger_bridge::floor
