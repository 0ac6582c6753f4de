/* EXT4_IOC_SHUTDOWN without flushing the journal: from here on nothing reaches the disk. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>

int main(int count, char **arguments) {
    uint32_t without_flush = 2;
    int fd = count == 2 ? open(arguments[1], O_RDONLY) : -1;
    if (fd < 0 || ioctl(fd, _IOR('X', 125, uint32_t), &without_flush) != 0) {
        perror("power-cut");
        return 1;
    }
    return 0;
}
