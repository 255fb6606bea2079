#include "daemon/floor/owner.hpp"

#include <sys/stat.h>
#include <unistd.h>

namespace ledger_bridge::floor {

void give_to_owner_of(const std::filesystem::path& directory, const std::filesystem::path& path) {
    struct stat owner {};
    if (::geteuid() == 0 && ::stat(directory.c_str(), &owner) == 0) {
        static_cast<void>(::lchown(path.c_str(), owner.st_uid, owner.st_gid));
    }
}

}  // namespace ledger_bridge::floor
