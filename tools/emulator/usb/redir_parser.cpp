#include "tools/emulator/usb/redir_parser.hpp"

#include <algorithm>
#include <array>

#include "tools/emulator/usb/descriptors.hpp"
#include "tools/emulator/usb/product.hpp"

#include <usbredirparser.h>

namespace ledger_bridge::emulator {

namespace {

constexpr std::uint8_t kIn = 0x80;

std::uint8_t wire(TransferStatus status) {
    return static_cast<std::uint8_t>(status);
}

// The library's tables have 32 rows: 16 OUT endpoints, then 16 IN endpoints.
std::size_t row_of(std::uint8_t endpoint) {
    constexpr std::size_t first_in = 16;
    return ((endpoint & kIn) != 0 ? first_in : 0) + (endpoint & 0x0fU);
}

usb_redir_interface_info_header interfaces() {
    usb_redir_interface_info_header info{};
    info.interface_count = 1;
    info.interface[0] = kInterface;
    info.interface_class[0] = kHidClass;
    return info;
}

usb_redir_ep_info_header endpoints() {
    usb_redir_ep_info_header info{};
    std::ranges::fill(info.type, static_cast<std::uint8_t>(usb_redir_type_invalid));
    for (const std::uint8_t control : {std::uint8_t{0}, kIn}) {
        info.type[row_of(control)] = usb_redir_type_control;
        info.max_packet_size[row_of(control)] = kReportSize;
    }
    for (const auto endpoint : {kReportsIn, kReportsOut}) {
        const auto row = row_of(endpoint);
        info.type[row] = usb_redir_type_interrupt;
        info.interval[row] = kPollInterval;
        info.interface[row] = kInterface;
        info.max_packet_size[row] = kReportSize;
    }
    return info;
}

}  // namespace

// `self` is the RedirParser. Data that comes with a packet belongs to the callback.
struct RedirParser::Callbacks {
    static RedirParser& parser(void* self) { return *static_cast<RedirParser*>(self); }
    static RedirHandler& handler(void* self) { return parser(self).handler_; }

    static int read(void* self, std::uint8_t* data, int count) {
        auto& incoming = parser(self).incoming_;
        const auto taken = std::min(incoming.size(), static_cast<std::size_t>(count));
        std::copy_n(incoming.begin(), taken, data);
        incoming = incoming.subspan(taken);
        return static_cast<int>(taken);
    }

    static int write(void* self, std::uint8_t* data, int count) {
        auto& outgoing = parser(self).outgoing_;
        outgoing.insert(outgoing.end(), data, data + count);
        return count;
    }

    static void control(void* self,
                        std::uint64_t id,
                        usb_redir_control_packet_header* header,
                        std::uint8_t* data,
                        int /*size*/) {
        usbredirparser_free_packet_data(parser(self).parser_.get(), data);
        handler(self).control(
            id,
            header->endpoint,
            {header->requesttype, header->request, header->value, header->index, header->length});
    }

    static void interrupt(void* self,
                          std::uint64_t id,
                          usb_redir_interrupt_packet_header* header,
                          std::uint8_t* data,
                          int size) {
        handler(self).output(id, header->endpoint, {data, static_cast<std::size_t>(size)});
        usbredirparser_free_packet_data(parser(self).parser_.get(), data);
    }

    template <class... Header>
    static void unsupported(void* self, Header... /*packet*/) {
        parser(self).unsupported_ = true;
    }

    template <class Header>
    static void unsupported_data(
        void* self, std::uint64_t /*id*/, Header* /*header*/, std::uint8_t* data, int /*size*/) {
        usbredirparser_free_packet_data(parser(self).parser_.get(), data);
        parser(self).unsupported_ = true;
    }

    static void install_requests(usbredirparser& to);
    // The library calls what a host may send without asking whether anybody listens.
    static void install_refusals(usbredirparser& to);
};

void RedirParser::Callbacks::install_requests(usbredirparser& to) {
    to.log_func = [](void* /*self*/, int /*level*/, const char* /*message*/) {};
    to.read_func = read;
    to.write_func = write;
    to.hello_func = [](void* self, usb_redir_hello_header* /*hello*/) { handler(self).hello(); };
    to.reset_func = [](void* self) { handler(self).reset(); };
    to.set_configuration_func = [](void* self, auto id, auto* header) {
        handler(self).set_configuration(id, header->configuration);
    };
    to.get_configuration_func = [](void* self, auto id) { handler(self).get_configuration(id); };
    to.set_alt_setting_func = [](void* self, auto id, auto* header) {
        handler(self).set_alternate(id, header->interface, header->alt);
    };
    to.get_alt_setting_func = [](void* self, auto id, auto* header) {
        handler(self).get_alternate(id, header->interface);
    };
    to.start_interrupt_receiving_func = [](void* self, auto id, auto* header) {
        handler(self).receive(id, header->endpoint, true);
    };
    to.stop_interrupt_receiving_func = [](void* self, auto id, auto* header) {
        handler(self).receive(id, header->endpoint, false);
    };
    to.cancel_data_packet_func = [](void* self, auto id) { handler(self).cancel(id); };
    to.control_packet_func = control;
    to.interrupt_packet_func = interrupt;
}

void RedirParser::Callbacks::install_refusals(usbredirparser& to) {
    to.start_iso_stream_func = unsupported;
    to.stop_iso_stream_func = unsupported;
    to.alloc_bulk_streams_func = unsupported;
    to.free_bulk_streams_func = unsupported;
    to.start_bulk_receiving_func = unsupported;
    to.stop_bulk_receiving_func = unsupported;
    to.filter_reject_func = unsupported;
    to.device_disconnect_ack_func = unsupported;
    to.bulk_packet_func = unsupported_data;
    to.iso_packet_func = unsupported_data;
}

void RedirParser::Destroy::operator()(usbredirparser* parser) const {
    usbredirparser_destroy(parser);
}

RedirParser::RedirParser(RedirHandler& handler)
    : handler_(handler), parser_(usbredirparser_create()) {
    parser_->priv = this;
    Callbacks::install_requests(*parser_);
    Callbacks::install_refusals(*parser_);
    std::array<std::uint32_t, USB_REDIR_CAPS_SIZE> capabilities{};
    // QEMU's xHCI controller takes no device without the last three.
    for (const int capability : {usb_redir_cap_connect_device_version,
                                 usb_redir_cap_ep_info_max_packet_size,
                                 usb_redir_cap_64bits_ids,
                                 usb_redir_cap_32bits_bulk_length}) {
        usbredirparser_caps_set_cap(capabilities.data(), capability);
    }
    usbredirparser_init(parser_.get(),
                        "ledger-emulator",
                        capabilities.data(),
                        USB_REDIR_CAPS_SIZE,
                        usbredirparser_fl_usb_host);
}

bool RedirParser::take(ByteView bytes) {
    incoming_ = bytes;
    const auto result = usbredirparser_do_read(parser_.get());
    incoming_ = {};
    return result == 0 && !unsupported_;
}

Bytes RedirParser::output() {
    static_cast<void>(usbredirparser_do_write(parser_.get()));
    return std::exchange(outgoing_, {});
}

void RedirParser::connect(std::uint16_t product_id) {
    auto interface_info = interfaces();
    usbredirparser_send_interface_info(parser_.get(), &interface_info);
    auto endpoint_info = endpoints();
    usbredirparser_send_ep_info(parser_.get(), &endpoint_info);
    usb_redir_device_connect_header device{};
    device.speed = usb_redir_speed_full;
    device.vendor_id = kVendorId;
    device.product_id = product_id;
    device.device_version_bcd = kDeviceRelease;
    usbredirparser_send_device_connect(parser_.get(), &device);
}

void RedirParser::disconnect() {
    usbredirparser_send_device_disconnect(parser_.get());
}

void RedirParser::configuration(RequestId id, TransferStatus status, std::uint8_t value) {
    usb_redir_configuration_status_header header{wire(status), value};
    usbredirparser_send_configuration_status(parser_.get(), id, &header);
}

void RedirParser::alternate(RequestId id, TransferStatus status, std::uint8_t interface) {
    usb_redir_alt_setting_status_header header{wire(status), interface, 0};
    usbredirparser_send_alt_setting_status(parser_.get(), id, &header);
}

void RedirParser::control_answer(RequestId id,
                                 std::uint8_t endpoint,
                                 const SetupPacket& setup,
                                 const std::optional<Bytes>& data) {
    const auto in = (endpoint & kIn) != 0;
    auto content = data && in ? *data : Bytes{};
    usb_redir_control_packet_header header{};
    header.endpoint = endpoint;
    header.request = setup.request;
    header.requesttype = setup.request_type;
    header.status = wire(data ? TransferStatus::success : TransferStatus::stall);
    header.value = setup.value;
    header.index = setup.index;
    // How much was transferred, either way.
    header.length = in ? static_cast<std::uint16_t>(content.size()) : setup.length;
    usbredirparser_send_control_packet(
        parser_.get(), id, &header, content.data(), static_cast<int>(content.size()));
}

void RedirParser::receiving(RequestId id, TransferStatus status, std::uint8_t endpoint) {
    usb_redir_interrupt_receiving_status_header header{wire(status), endpoint};
    usbredirparser_send_interrupt_receiving_status(parser_.get(), id, &header);
}

void RedirParser::output_done(RequestId id,
                              TransferStatus status,
                              std::uint8_t endpoint,
                              std::size_t size) {
    usb_redir_interrupt_packet_header header{
        endpoint, wire(status), static_cast<std::uint16_t>(size)};
    usbredirparser_send_interrupt_packet(parser_.get(), id, &header, nullptr, 0);
}

void RedirParser::input(std::uint8_t endpoint, Report report) {
    usb_redir_interrupt_packet_header header{endpoint, wire(TransferStatus::success), kReportSize};
    usbredirparser_send_interrupt_packet(
        parser_.get(), next_input_++, &header, report.data(), kReportSize);
}

}  // namespace ledger_bridge::emulator
