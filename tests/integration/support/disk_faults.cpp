// Loaded into a program (LD_PRELOAD): writes to the files under $DISK_FAULT_DIR fail, or take long
// there and under $DISK_FAULT_DIR.marker, as the file $DISK_FAULT_PLAN says at that moment:
// "ENOSPC", "EDQUOT", "EIO", "EROFS", or "slow SECONDS" for every synchronisation. An empty or
// missing plan: the disk is well. With $DISK_FAULT_NO_LOCKS every flock(2) succeeds, as on a
// network disk that does not have it.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <dlfcn.h>

namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

bool is_under(const std::string& folder, int file) {
    char path[PATH_MAX];
    const auto name = "/proc/self/fd/" + std::to_string(file);
    const auto size = ::readlink(name.c_str(), path, sizeof path);
    return size > 0 && std::string(path, static_cast<std::size_t>(size)).starts_with(folder + "/");
}

std::string plan() {
    char text[64];
    const int plan = ::open(environment("DISK_FAULT_PLAN").c_str(), O_RDONLY);
    const auto size = plan < 0 ? 0 : ::read(plan, text, sizeof text);
    if (plan >= 0) {
        ::close(plan);
    }
    return {text, static_cast<std::size_t>(size)};
}

int error_of(const std::string& plan) {
    return plan == "ENOSPC"   ? ENOSPC
           : plan == "EDQUOT" ? EDQUOT
           : plan == "EIO"    ? EIO
           : plan == "EROFS"  ? EROFS
                              : 0;
}

// True when the call is to fail; errno says how.
bool fails(int file, bool synchronises) {
    const int before = errno;
    const auto folder = environment("DISK_FAULT_DIR");
    const bool state = is_under(folder, file);
    // A disk that is slow is slow for the marker beside the state as well.
    const bool waits = synchronises && (state || is_under(folder + ".marker", file));
    const auto planned = state || waits ? plan() : "";
    if (state && error_of(planned) != 0) {
        errno = error_of(planned);
        return true;
    }
    if (waits && planned.starts_with("slow ")) {
        ::usleep(static_cast<useconds_t>(std::stod(planned.substr(5)) * 1e6));
    }
    errno = before;
    return false;
}

template <class Function>
Function real(Function /*like*/, const char* name) {
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

ssize_t pwrite64(int file, const void* data, size_t size, off64_t at) {
    return fails(file, false) ? -1 : real(&pwrite64, "pwrite64")(file, data, size, at);
}
ssize_t pwrite(int file, const void* data, size_t size, off_t at) {
    return fails(file, false) ? -1 : real(&pwrite, "pwrite")(file, data, size, at);
}
ssize_t write(int file, const void* data, size_t size) {
    return fails(file, false) ? -1 : real(&write, "write")(file, data, size);
}
int flock(int file, int operation) {
    const bool none = !environment("DISK_FAULT_NO_LOCKS").empty();
    return none ? 0 : real(&flock, "flock")(file, operation);
}
int fsync(int file) {
    return fails(file, true) ? -1 : real(&fsync, "fsync")(file);
}
int fdatasync(int file) {
    return fails(file, true) ? -1 : real(&fdatasync, "fdatasync")(file);
}
}
